import {
  canonicalUserId,
  createLastKnown,
  type KeyGrant,
  type SegmentMembers,
  type SegmentQuestion,
  type ServerLog,
} from '@px-platform/store';
import { RequestError } from '../errors.js';
import type { FlagMetrics } from './flag-metrics.js';

export interface SegmentLookupDeps {
  readonly segments: Pick<SegmentMembers, 'segmentsOf'>;
  readonly clock: () => number;
  readonly log: ServerLog;
  readonly metrics: Pick<FlagMetrics, 'countSegmentsError'>;
}

/** What a request says of whom it is about, as it was sent. */
export interface Asker {
  readonly anonymous_id?: unknown;
  readonly user_id?: unknown;
}

/**
 * In which computed segments somebody is; null where the request names nobody that its key may ask for. Throws
 * `unavailable` where it was never known and cannot be had.
 */
export type FindSegments = (grant: KeyGrant, asker: Asker) => Promise<readonly string[] | null>;

/** People remembered at once. */
const CAPACITY = 20_000;

/**
 * What is behind a person is theirs to know, and a person's id is no secret: a page asks by its device's, which nobody can
 * guess. The person's own id then narrows: where the device is known to be somebody else's, it is told nothing. Only a
 * secret key asks by a person's id.
 */
export function createSegmentLookup({
  segments,
  clock,
  log,
  metrics,
}: SegmentLookupDeps): FindSegments {
  const find = createLastKnown<SegmentQuestion, readonly string[]>({
    keyOf: ({ tenant_id, project_id, user_id, claimed }) =>
      JSON.stringify([tenant_id, project_id, user_id, claimed]),
    ask: (question) => segments.segmentsOf(question),
    onFailure(error, { project_id }, isKnown) {
      metrics.countSegmentsError();
      log.warn({ err: error, project: project_id, known: isKnown }, 'segments could not be read');
    },
    clock,
    waitMs: 1_000,
    capacity: CAPACITY,
  });

  return async (grant, asker) => {
    const question = questionOf(grant, asker);
    if (!question) return null;
    const found = await find(question);
    if (found) return found;
    throw new RequestError('unavailable', 'segments cannot be read now. Try again later.', {
      headers: { 'retry-after': '5' },
    });
  };
}

function questionOf(
  { kind, tenant_id, project_id }: KeyGrant,
  { anonymous_id, user_id }: Asker,
): SegmentQuestion | null {
  const person = idOf('known', user_id);
  const device = idOf('anonymous', anonymous_id);
  const scope = { tenant_id, project_id };
  if (kind === 'secret' && person) return { ...scope, user_id: person };
  if (!device) return null;
  return { ...scope, user_id: device, ...(person && { claimed: person }) };

  function idOf(kindOfId: 'known' | 'anonymous', id: unknown): string | null {
    if (typeof id !== 'string' && typeof id !== 'number') return null;
    const text = String(id);
    return text === '' ? null : canonicalUserId(project_id, kindOfId, text);
  }
}
