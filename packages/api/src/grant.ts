import type { Request, Response } from 'express';
import type { KeyGrant } from '@px-platform/store';
import { ApiError } from './errors.js';

/** Keeps what the key opened beside the response, for the routes behind the door. */
export function setGrant(response: Response, grant: KeyGrant): void {
  (response.locals as { grant?: KeyGrant }).grant = grant;
}

export function grantOf(response: Response): KeyGrant {
  const { grant } = response.locals as { grant?: KeyGrant };
  if (!grant) throw new Error('a route was reached without authentication');
  return grant;
}

/** The project a request may speak of: the key's own. Another's id gets the answer of an id that does not exist. */
export function projectOf(request: Request, grant: KeyGrant): string {
  const { project } = request.query;
  if (project !== undefined && project !== grant.project_id) {
    throw new ApiError(
      'not_found',
      `there is no project ${shown(project)} for this key. Leave "project" out, or use the project's own key.`,
    );
  }
  return grant.project_id;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : 'of that form';
}
