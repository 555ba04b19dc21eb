import type { PrivacyCatalog } from './privacy.js';

/** `write`: public, may only send events. `secret`: may read and manage. */
export type KeyKind = 'write' | 'secret';

/** `rules`: clients decide by themselves. `values`: the collector decides, and its rules stay secret. */
export const FLAGS_MODES = ['rules', 'values'] as const;
export type FlagsMode = (typeof FLAGS_MODES)[number];

/** What a tenant pays for: how much it may send. */
export type Tier = 'free' | 'pro' | 'enterprise';

/** What a key is made for. */
export interface KeySpec {
  readonly kind: KeyKind;
  readonly tenant_id: string;
  readonly project_id: string;
  /** Pages that may use it: `https://shop.example`, `https://*.shop.example`. @default []: any */
  readonly origins?: readonly string[];
  /** Whose flags it gets. @default 'production' */
  readonly environment?: string;
  /** @default 'rules' */
  readonly flags_mode?: FlagsMode;
}

/** What a key opens. */
export interface KeyGrant extends KeySpec {
  readonly origins: readonly string[];
  readonly environment: string;
  readonly flags_mode: FlagsMode;
  readonly tier: Tier;
  /** The tenant's own figure, in place of its tier's. */
  readonly events_per_hour: number | null;
}

export interface Project {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
}

/** A key just made: the only time its text is known. */
export interface CreatedKey extends KeySpec {
  readonly key: string;
}

/** A key as it can be shown: by its first characters. */
export interface KnownKey extends KeySpec {
  readonly prefix: string;
  readonly name: string;
  readonly is_revoked: boolean;
}

/** Tenants, projects, keys, and what projects say about personal data. Keys are stored as SHA-256 digests. */
export interface Catalog extends PrivacyCatalog {
  /** Null for a key that does not exist or is revoked. */
  findKey(key: string): Promise<KeyGrant | null>;
  /** Creates the tenant and project if they are not there. */
  ensureProject(project: Project, tenantName: string): Promise<void>;
  /** `eventsPerHour` stands in place of the tier's figure; null takes it back. */
  setTier(tenantId: string, tier: Tier, eventsPerHour?: number | null): Promise<void>;
  findProject(projectId: string): Promise<Project | null>;
  listProjects(tenantId: string): Promise<Project[]>;
  createKey(spec: KeySpec, name: string): Promise<CreatedKey>;
  /** The oldest first, revoked ones included. */
  listKeys(tenantId: string, projectId: string): Promise<KnownKey[]>;
  /** By its first characters, as `listKeys` shows them. False where no living key of the project has them. */
  revokeKey(tenantId: string, projectId: string, prefix: string): Promise<boolean>;
  close(): Promise<void>;
}
