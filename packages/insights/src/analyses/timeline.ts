import { canonicalUserId } from '@px-platform/store';
import { QuestionError, type Analysis } from '../analysis.js';

/** Something a person did. */
interface Moment {
  readonly at: string;
  readonly event: string;
  readonly event_id: string;
  readonly session_id: string;
  /** The id it was sent under, as it is stored: masked where it is personal. */
  readonly distinct_id: string;
  readonly page_path: string;
  readonly page_title: string;
  readonly device_type: string;
  readonly browser: string;
  readonly os: string;
  readonly geo_country: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const SCOPE = 'tenant_id = {tenant:String} AND project_id = {project:String}';
const LIMIT = { default: 100, most: 1_000 };

/** "What did this person do before they left?" */
export const timeline: Analysis = {
  name: 'timeline',
  description: 'What one person did, on all their devices, the latest first.',
  parameters: {
    user_id: 'Whose, as it was sent with events. This or anonymous_id.',
    anonymous_id: 'Whose device, as it was sent with events.',
    limit: `How many events, 1 to ${LIMIT.most}. Default: ${LIMIT.default}.`,
    before: 'Goes on where an answer ended: its `next`. Default: now.',
  },
  async ask({ eventStore, scope, input }) {
    const { tenant_id, project_id } = scope;
    const asked = [
      ...(input.user_id ? [canonicalUserId(project_id, 'known', input.user_id)] : []),
      ...(input.anonymous_id ? [canonicalUserId(project_id, 'anonymous', input.anonymous_id)] : []),
    ];
    if (asked.length === 0) {
      throw new QuestionError(
        'say whose: user_id=… or anonymous_id=…, as it was sent with events.',
      );
    }
    const limit = readLimit(input.limit);
    const user_ids = await eventStore.samePerson({ ...scope, user_ids: asked });
    const found = await eventStore.query<Moment & { readonly next: string }>({
      // Which events those are is in the timeline; they are looked up by the key of `events`. Of what the key lets through,
      // whose it is is asked first: that is one column, and leaves little to compare whole keys of.
      sql: `
        SELECT formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S', 'UTC') || '.' || leftPad(toString(toUnixTimestamp64Milli(timestamp) % 1000), 3, '0') || 'Z' AS at,
               event_name AS event, event_id, session_id, distinct_id, page_path, page_title,
               device_type, browser, os, geo_country, properties,
               concat(toString(toUnixTimestamp64Milli(timestamp)), '_', toString(seq), '_', toString(event_id)) AS next
        FROM events FINAL
        PREWHERE user_id IN {user_ids:Array(UUID)}
        WHERE ${SCOPE} AND (event_day, event_name, user_id, client_timestamp, event_id) IN (
          SELECT day, event_name, user_id, client_timestamp, event_id FROM timeline FINAL
          WHERE ${SCOPE} AND user_id IN {user_ids:Array(UUID)}
            AND ({before_at:Int64} = 0
              OR (toUnixTimestamp64Milli(timestamp), seq, event_id) < ({before_at:Int64}, {before_seq:UInt32}, {before_id:UUID}))
          ORDER BY timestamp DESC, seq DESC, event_id DESC LIMIT {limit:UInt32})
        ORDER BY timestamp DESC, seq DESC, event_id DESC`,
      params: {
        tenant: tenant_id,
        project: project_id,
        user_ids,
        limit,
        ...readBefore(input.before),
      },
    });
    return {
      devices: user_ids.length,
      rows: found.map(({ next: _, ...moment }) => moment),
      next: found.length < limit ? null : (found.at(-1)?.next ?? null),
    };
  },
};

function readLimit(text = String(LIMIT.default)): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT.most) return limit;
  throw new QuestionError(
    `limit=${JSON.stringify(text.slice(0, 60))} is no number from 1 to ${LIMIT.most}.`,
  );
}

function readBefore(text: string | undefined) {
  if (text === undefined)
    return { before_at: 0, before_seq: 0, before_id: '00000000-0000-0000-0000-000000000000' };
  const found = /^(\d{1,15})_(\d{1,10})_([0-9a-f-]{36})$/.exec(text);
  if (found?.[1] && found[2] && found[3])
    return { before_at: Number(found[1]), before_seq: Number(found[2]), before_id: found[3] };
  throw new QuestionError(
    `before=${JSON.stringify(text.slice(0, 60))} is not the \`next\` of an answer to this question.`,
  );
}
