import { createHash } from 'node:crypto';
import { EVENT_NAMES, type JsonObject } from '@px-platform/protocol';
import type { CriticalRule } from '../rule.js';

const WINDOW_MS = 60_000;
/** Errors that a device kept while it was offline tell of no burst that anybody could still do something about. */
const LATEST_MS = 10 * 60_000;
/** What one event may stand for: senders say it, so it is bounded. */
const MOST = 1_000;

/**
 * At least `least` errors of one group within a minute, over all people of a project; told once a minute while it goes
 * on. An event counts as many as it says it stands for (`count`).
 */
export function errorBurstRule({ least = 10 }: { readonly least?: number } = {}): CriticalRule {
  return {
    name: 'error_burst',
    events: [EVENT_NAMES.error],
    async find({ project_id, timestamp, enrichment: { properties } }, context) {
      if (context.isAgain || context.clock() - timestamp > LATEST_MS) return null;
      const group = groupOf(properties);
      const id = `${project_id}:${group}`;
      const errors = await context.counters.add(`errors:${id}`, weightOf(properties), {
        at: timestamp,
        windowMs: WINDOW_MS,
      });
      return errors < least
        ? null
        : { detail: { group, errors }, once: { id, withinMs: WINDOW_MS } };
    },
  };
}

/** As the sender grouped it; else by what it says, of which only a digest is kept: messages quote people. */
function groupOf({ group, type, message }: JsonObject): string {
  if (typeof group === 'string' && /^[\w-]{1,64}$/.test(group)) return group;
  const text = JSON.stringify([group, type, message]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function weightOf({ count }: JsonObject): number {
  return typeof count === 'number' && count >= 1 ? Math.min(MOST, Math.floor(count)) : 1;
}
