import type { Request, Response } from 'express';
import { ApiError } from './errors.js';

/** `viewer` reads. `editor` and `service` also change what a project holds. `admin` also does what cannot be undone. */
export const ROLES = ['viewer', 'editor', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const RANK: Readonly<Record<Role, number>> = { viewer: 0, editor: 1, service: 1, admin: 2 };

/** What a request may do: in one tenant, in these of its projects, as this. */
export interface Grant {
  readonly tenant_id: string;
  /** Only projects that the tenant has. */
  readonly project_ids: readonly string[];
  readonly role: Role;
  /** Who it is, for whoever reads the trail later: the beginning of a key, or whom a token names. */
  readonly by: string;
}

/** Whose rows a question may see: goes into its SQL as parameters. */
export interface Scope {
  readonly tenant_id: string;
  readonly project_id: string;
}

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** Keeps what the request may do beside the response, for the routes behind the door. */
export function setGrant(response: Response, grant: Grant): void {
  (response.locals as { grant?: Grant }).grant = grant;
}

export function grantOf(response: Response): Grant {
  const { grant } = response.locals as { grant?: Grant };
  if (!grant) throw new Error('a route was reached without authorization');
  return grant;
}

/** Refuses whoever ranks lower. */
export function requireRole(grant: Grant, least: Role): void {
  if (RANK[grant.role] >= RANK[least]) return;
  throw new ApiError(
    'role_too_low',
    `this needs the role ${least}, and the token says ${grant.role}. Ask an admin of the tenant.`,
  );
}

/**
 * THE check of a project id: every id that a request names passes here, before any route runs. Only the grant's own
 * list is looked at, so that a stranger's id and one that does not exist are the same to it, in words and in time.
 */
export function checkProject(named: unknown, { project_ids }: Grant): void {
  if (named === undefined || (typeof named === 'string' && project_ids.includes(named))) return;
  throw new ApiError(
    'not_found',
    'there is no such project for this key or token. GET /v1/projects lists those there are.',
  );
}

/** The project that a checked request speaks of: the one it names, else the only one it may. */
export function scopeOf(request: Request, response: Response): Scope {
  const grant = grantOf(response);
  const named = request.params.project ?? request.query.project;
  checkProject(named, grant);
  if (typeof named === 'string') return { tenant_id: grant.tenant_id, project_id: named };
  const [only, ...others] = grant.project_ids;
  if (only !== undefined && others.length === 0) {
    return { tenant_id: grant.tenant_id, project_id: only };
  }
  throw new ApiError(
    'invalid_request',
    only === undefined
      ? 'this token opens no project. Create one first.'
      : 'this token opens several projects: say which, with ?project=<id>. GET /v1/projects lists them.',
  );
}
