import type { Request, RequestHandler } from 'express';
import type { JsonObject } from '@px-platform/protocol';
import type { EventStore } from '@px-platform/store';
import { readCredential } from './authorize.js';
import {
  deathsOf,
  findLetter,
  listLetters,
  readDeadFilter,
  type DeadLetter,
  type OpenLetter,
} from './dead-letters.js';
import { ApiError, invalid } from './errors.js';
import { scopeOf, type Scope } from './grant.js';
import type { DoorAnswer, ReplayDoor } from './replay-door.js';

/** What replays need besides: where events go in, and where it is written down that they did. */
export interface Replays {
  readonly door: ReplayDoor;
  readonly eventStore: Pick<EventStore, 'insertReplays'>;
}

/** A handler for each route of a project's dead letters, to be listed by the one router. */
export interface DeadRoutes {
  readonly list: RequestHandler;
  readonly show: RequestHandler<{ readonly id: string }>;
  readonly replayOne: RequestHandler<{ readonly id: string }>;
  readonly replayMany: RequestHandler;
}

/** What became of one letter. `ok`: taken. `drop`: it died again. `retry`: later. `unfit`: it cannot be sent. */
export interface ReplayResult {
  readonly id: string;
  readonly event: string;
  readonly outcome: 'ok' | 'drop' | 'retry' | 'unfit';
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** An event is 64 KiB at most, and what is sent at once stays well below what a request may be. */
const CHUNK_LENGTH = 1_000_000;

export function deadRoutes({
  eventStore,
  replays,
  clock,
}: {
  readonly eventStore: Pick<EventStore, 'query'>;
  /** Null: nothing can be sent again from here. */
  readonly replays: Replays | null;
  readonly clock: () => number;
}): DeadRoutes {
  const find = async (scope: Scope, id: string): Promise<OpenLetter> => {
    const letter = await findLetter(eventStore, scope, id);
    if (letter) return letter;
    throw new ApiError('not_found', 'there is no such dead letter; they are kept for 30 days.');
  };

  return {
    async list(request, response) {
      const filter = readDeadFilter(request.query);
      const { letters, next } = await listLetters(eventStore, scopeOf(request, response), filter);
      response.json({ letters: letters.map(closed), next });
    },
    async show(request, response) {
      const scope = scopeOf(request, response);
      const letter = await find(scope, request.params.id);
      response.json({ ...letter, deaths: await deathsOf(eventStore, scope, letter.id) });
    },
    async replayOne(request, response) {
      const scope = scopeOf(request, response);
      const letter = await find(scope, request.params.id);
      response.json(await replay(request, scope, [letter]));
    },
    async replayMany(request, response) {
      const scope = scopeOf(request, response);
      const filter = readDeadFilter(request.query);
      if (filter.status !== 'dead')
        throw invalid('only what is dead is sent again: leave "status" out');
      // What dies again does so after this: with it as "until", the next of the pages leave it alone.
      const as_of = clock();
      const { letters, next } = await listLetters(eventStore, scope, filter);
      response.json({ ...(await replay(request, scope, letters)), next, as_of });
    },
  };

  async function replay(request: Request, scope: Scope, letters: readonly OpenLetter[]) {
    const { door, eventStore: store } = replays ?? notHere();
    const secretKey = readSecretKey(request);
    const results: ReplayResult[] = [];
    const fit: { readonly letter: OpenLetter; readonly event: JsonObject }[] = [];
    for (const letter of letters) {
      const { id, event: name } = letter;
      const event = eventIn(letter);
      if (typeof event === 'string')
        results.push({ id, event: name, outcome: 'unfit', message: event });
      else fit.push({ letter, event });
    }
    let retryAfterS: number | null = null;
    for (const chunk of chunks(fit)) {
      const answer = await door(
        chunk.map(({ event }) => event),
        secretKey,
      );
      if (answer.kind === 'refused') throw refused(answer);
      retryAfterS = answer.retryAfterS ?? retryAfterS;
      const verdicts = verdictsOf(chunk, answer);
      results.push(...verdicts);
      const taken = chunk.filter((_, place) => verdicts[place]?.outcome === 'ok');
      // After the answer and never before it: whoever is killed in between sends the same id once more.
      await store.insertReplays(
        taken.map(({ letter: { id, attempts } }) => ({
          ...scope,
          event_id: id,
          attempt: attempts + 1,
          at: clock(),
        })),
      );
      // The rest would be told the same.
      if (answer.kind === 'later') break;
    }
    const told = new Set(results.map(({ id }) => id));
    for (const { letter } of fit) {
      if (told.has(letter.id)) continue;
      results.push({ id: letter.id, event: letter.event, outcome: 'retry', code: 'not_sent' });
    }
    return {
      replayed: results.filter(({ outcome }) => outcome === 'ok').length,
      results,
      ...(retryAfterS !== null && { retry_after_s: retryAfterS }),
    };
  }
}

function closed({ body: _body, ...letter }: OpenLetter): DeadLetter {
  return letter;
}

/** The letter's event as it is sent again; or why it cannot be. */
function eventIn(letter: OpenLetter): JsonObject | string {
  if (letter.stage === 'schema_warning') return 'it is stored: this letter only tells of the plan';
  let event: unknown;
  try {
    event = JSON.parse(letter.body);
  } catch {
    return 'its body is no whole event: it was cut, or never was one';
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return 'its body is no event';
  const { context, timestamp, ...rest } = event as JsonObject;
  const circumstances =
    typeof context === 'object' && context !== null && !Array.isArray(context)
      ? (context as JsonObject)
      : {};
  return {
    ...rest,
    event_id: letter.id,
    // An event that left its time to the collector came when it died.
    timestamp: timestamp ?? letter.first_at,
    context: {
      // Nobody's, rather than those of whoever replays.
      ip: '',
      user_agent: '',
      ...circumstances,
      attempt: letter.attempts + 1,
    },
  };
}

function* chunks<T extends { readonly letter: OpenLetter }>(items: readonly T[]): Generator<T[]> {
  let chunk: T[] = [];
  let length = 0;
  for (const item of items) {
    if (chunk.length > 0 && length + item.letter.body.length > CHUNK_LENGTH) {
      yield chunk;
      chunk = [];
      length = 0;
    }
    chunk.push(item);
    length += item.letter.body.length;
  }
  if (chunk.length > 0) yield chunk;
}

function verdictsOf(
  chunk: readonly { readonly letter: OpenLetter }[],
  answer: Exclude<DoorAnswer, { kind: 'refused' }>,
): ReplayResult[] {
  return chunk.map(({ letter: { id, event } }, place) => {
    if (answer.kind !== 'answered')
      return { id, event, outcome: 'retry', code: answer.code, message: answer.message };
    const found = answer.results.find(({ index }) => index === place);
    if (!found) return { id, event, outcome: 'ok' };
    const { status, code, message } = found;
    return { id, event, outcome: status, code, message };
  });
}

/** The collector takes keys, and no tokens: the one that asks is handed on. */
function readSecretKey(request: Request): string {
  const credential = readCredential(request);
  if (credential?.startsWith('pxs_')) return credential;
  throw new ApiError(
    'wrong_key_kind',
    'events are sent again with a secret key (pxs_…), which the collector takes; it takes no tokens.',
  );
}

function refused({ code, message }: { readonly code: string; readonly message: string }): ApiError {
  return new ApiError('unavailable', `the collector refuses the replay: ${code}, ${message}`);
}

function notHere(): never {
  throw new ApiError(
    'unavailable',
    'nothing can be sent again from here: the API was not told where the collector is (PX_COLLECTOR_URL).',
  );
}
