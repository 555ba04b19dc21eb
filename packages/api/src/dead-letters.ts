import { EVENT_CODES, LIMITS, readIsoTime } from '@px-platform/protocol';
import type { EventStore, SqlQuestion } from '@px-platform/store';
import { invalid } from './errors.js';
import type { Scope } from './grant.js';

/** A dead letter as it stands: what its last attempt died of. */
export interface DeadLetter {
  /** The event's id; where that could not be read, one made of the letter. It is stored under this one. */
  readonly id: string;
  readonly event: string;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  /** Attempts to store it that died. */
  readonly attempts: number;
  /** When it died first and last, epoch milliseconds. */
  readonly first_at: number;
  readonly at: number;
  /** When it was sent again and taken, for good as far as is known; null: it is dead. */
  readonly replayed_at: number | null;
}

/** A letter with what is in it. */
export interface OpenLetter extends DeadLetter {
  readonly body: string;
}

/** Which letters are meant. */
export interface DeadFilter {
  readonly code: string | null;
  readonly stage: string | null;
  readonly event: string | null;
  /** Died last at or after this time, epoch milliseconds. */
  readonly since: number;
  /** Died last at or before this time. */
  readonly until: number;
  readonly status: 'dead' | 'replayed' | 'all';
  readonly limit: number;
  /** Only those after this place in the list. */
  readonly after: Cursor | null;
}

interface Cursor {
  readonly at: number;
  readonly id: string;
}

/** `schema_warning` is told of, and stored all the same: it is listed when asked for, and never sent again. */
export const STAGES = ['collector', 'schema', 'schema_warning', 'processor'] as const;
const STATUSES = ['dead', 'replayed', 'all'] as const;
const MOST = 500;

/** Columns are named in full: what is made of them has their names. */
const ID = `if(match(dead_events.event_id, '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'),
  lower(dead_events.event_id),
  toString(reinterpretAsUUID(sipHash128(dead_events.stage, dead_events.code, dead_events.event_id, dead_events.body))))`;

const lastOf = (column: string) =>
  `argMax(dead_events.${column}, (dead_events.attempts, dead_events.at))`;

/** One row a letter. Whatever is asked, it is asked of one tenant's one project: the parameters see to it. */
const LETTERS = `
  SELECT letters.id AS id, letters.event AS event, letters.stage AS stage, letters.code AS code,
         letters.message AS message, letters.body AS body, letters.attempts AS attempts,
         letters.first_at AS first_at, letters.last_at AS at,
         if(replays.attempt > letters.attempts, replays.replayed_at, NULL) AS replayed_at
    FROM (
      SELECT ${ID} AS id,
             ${lastOf('event_name')} AS event,
             ${lastOf('stage')} AS stage,
             ${lastOf('code')} AS code,
             ${lastOf('message')} AS message,
             ${lastOf('body')} AS body,
             max(dead_events.attempts) AS attempts,
             toUnixTimestamp64Milli(min(dead_events.at)) AS first_at,
             toUnixTimestamp64Milli(max(dead_events.at)) AS last_at
        FROM dead_events FINAL
       WHERE dead_events.tenant_id = {tenant_id:String} AND dead_events.project_id = {project_id:String}
         AND (dead_events.stage = 'schema_warning') = {warnings:Bool}
       GROUP BY id
    ) AS letters
    LEFT JOIN (
      SELECT dead_replays.event_id AS id, max(dead_replays.attempt) AS attempt,
             toUnixTimestamp64Milli(max(dead_replays.at)) AS replayed_at
        FROM dead_replays
       WHERE dead_replays.tenant_id = {tenant_id:String} AND dead_replays.project_id = {project_id:String}
       GROUP BY id
    ) AS replays ON replays.id = letters.id`;

/** Reads a request's `?code=…&stage=…`. */
export function readDeadFilter(query: Readonly<Record<string, unknown>>): DeadFilter {
  const text = (name: string): string | null => {
    const value = query[name];
    if (value === undefined || value === '') return null;
    if (typeof value === 'string' && value.length <= LIMITS.nameLength) return value;
    throw invalid(`"${name}" is one text of ${LIMITS.nameLength} characters at most`);
  };
  const oneOf = <T extends string>(name: string, values: readonly T[]): T | null => {
    const value = text(name);
    const found = values.find((each) => each === value);
    if (value !== null && found === undefined)
      throw invalid(`"${name}" is one of ${values.join(', ')}`);
    return found ?? null;
  };
  const limit = text('limit') ?? '50';
  if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > MOST)
    throw invalid(`"limit" is a number from 1 to ${MOST}`);
  const cursor = text('after');
  return {
    code: oneOf('code', EVENT_CODES),
    stage: oneOf('stage', STAGES),
    event: text('event'),
    since: readTime('since', text('since')) ?? 0,
    until: readTime('until', text('until')) ?? LIMITS.maxClientTimestamp,
    status: oneOf('status', STATUSES) ?? 'dead',
    limit: Number(limit),
    after: cursor === null ? null : readCursor(cursor),
  };
}

/** The letters that are meant, the last to die first, and where the list goes on. */
export async function listLetters(
  eventStore: Pick<EventStore, 'query'>,
  scope: Scope,
  filter: DeadFilter,
): Promise<{ readonly letters: readonly OpenLetter[]; readonly next: string | null }> {
  const { code, stage, event, since, until, status, limit, after } = filter;
  const conditions = [
    'at BETWEEN {since:Int64} AND {until:Int64}',
    ...(code === null ? [] : ['code = {code:String}']),
    ...(stage === null ? [] : ['stage = {stage:String}']),
    ...(event === null ? [] : ['event = {event:String}']),
    ...(status === 'all' ? [] : [`isNull(replayed_at) = ${status === 'dead' ? 1 : 0}`]),
    ...(after ? ['(at, id) < ({after_at:Int64}, {after_id:String})'] : []),
  ];
  const question: SqlQuestion = {
    sql: `SELECT * FROM (${LETTERS}) WHERE ${conditions.join(' AND ')}
           ORDER BY at DESC, id DESC LIMIT {limit:UInt32}`,
    params: {
      ...scope,
      warnings: stage === 'schema_warning',
      since,
      until,
      limit: limit + 1,
      ...(code !== null && { code }),
      ...(stage !== null && { stage }),
      ...(event !== null && { event }),
      ...(after && { after_at: after.at, after_id: after.id }),
    },
  };
  const rows = await eventStore.query<OpenLetter>(question);
  const letters = rows.slice(0, limit);
  const last = letters.at(-1);
  return { letters, next: rows.length > limit && last ? `${last.at}.${last.id}` : null };
}

/** The letter of this id, or null. */
export async function findLetter(
  eventStore: Pick<EventStore, 'query'>,
  scope: Scope,
  id: string,
): Promise<OpenLetter | null> {
  for (const warnings of [false, true]) {
    const [letter] = await eventStore.query<OpenLetter>({
      sql: `SELECT * FROM (${LETTERS}) WHERE id = {id:String}`,
      params: { ...scope, warnings, id: id.toLowerCase() },
    });
    if (letter) return letter;
  }
  return null;
}

/** Every death of a letter, the first of them first: where it came from is never written over. */
export function deathsOf(
  eventStore: Pick<EventStore, 'query'>,
  scope: Scope,
  id: string,
): Promise<Record<string, unknown>[]> {
  return eventStore.query({
    sql: `SELECT stage, code, message, attempts, toUnixTimestamp64Milli(dead_events.at) AS at
            FROM dead_events FINAL
           WHERE dead_events.tenant_id = {tenant_id:String}
             AND dead_events.project_id = {project_id:String} AND ${ID} = {id:String}
           ORDER BY dead_events.at, attempts`,
    params: { ...scope, id },
  });
}

function readTime(name: string, text: string | null): number | null {
  if (text === null) return null;
  const at = /^\d+$/.test(text) ? Number(text) : readIsoTime(text)?.epochMs;
  if (at !== undefined && at <= LIMITS.maxClientTimestamp) return at;
  throw invalid(`"${name}" is a time: epoch milliseconds or an ISO 8601 date-time`);
}

function readCursor(text: string): Cursor {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(text) ?? [];
  if (at === undefined || id === undefined)
    throw invalid('"after" is the "next" of an answer, as it was');
  return { at: Number(at), id };
}
