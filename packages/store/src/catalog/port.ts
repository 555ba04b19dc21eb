/** `write`: public, may only send events. `secret`: may read and manage. */
export type KeyKind = 'write' | 'secret';

/** What a key opens. */
export interface KeyGrant {
  readonly kind: KeyKind;
  readonly tenant_id: string;
  readonly project_id: string;
}

export interface Project {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
}

/** A key just made: the only time its text is known. */
export interface CreatedKey extends KeyGrant {
  readonly key: string;
}

/** Tenants, projects and keys. Keys are stored as SHA-256 digests. */
export interface Catalog {
  /** Null for a key that does not exist or is revoked. */
  findKey(key: string): Promise<KeyGrant | null>;
  /** Creates the tenant and project if they are not there. */
  ensureProject(project: Project, tenantName: string): Promise<void>;
  findProject(projectId: string): Promise<Project | null>;
  listProjects(tenantId: string): Promise<Project[]>;
  createKey(grant: KeyGrant, name: string): Promise<CreatedKey>;
  close(): Promise<void>;
}
