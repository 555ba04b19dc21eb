import type { RequestHandler } from 'express';
import type { FlagCatalog, SegmentMembers } from '@px-platform/store';
import { invalid } from '../errors.js';
import { scopeOf } from '../grant.js';
import { shown } from '../json-body.js';
import { keyOf } from './definition-routes.js';
import { noSuch } from './outcome.js';

/** People shown at most. */
const MOST = 1_000;

/** How many are in a segment that says what people did, since when that is known, and some of them. */
export function membersRoute({
  flags,
  segments,
}: {
  readonly flags: Pick<FlagCatalog, 'find'>;
  readonly segments: Pick<SegmentMembers, 'state' | 'sample'>;
}): RequestHandler {
  return async (request, response) => {
    const scope = scopeOf(request, response);
    const key = keyOf(request);
    const limit = readLimit(request.query['limit']);
    const stored = await flags.find(scope, 'segment', key);
    if (!stored || stored.archived_at !== null) throw noSuch('segment', key);
    if (!stored.definition.did)
      throw invalid(
        `segment "${key}" is told by attributes, where flags are decided: nobody counts its members`,
      );
    const state = await segments.state({ ...scope, key });
    response.json({
      key,
      computed_at: state?.computed_at == null ? null : new Date(state.computed_at).toISOString(),
      members: state?.members ?? 0,
      problem: state?.problem ?? null,
      sample: await segments.sample({ ...scope, key }, limit),
    });
  };
}

function readLimit(given: unknown): number {
  if (given === undefined) return 100;
  const limit = Number(given);
  if (typeof given !== 'string' || !Number.isInteger(limit) || limit < 0 || limit > MOST)
    throw invalid(`"limit" is a whole number from 0 to ${MOST}; received ${shown(given)}`);
  return limit;
}
