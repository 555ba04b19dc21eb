import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter, OpenLetter, ReplayResult } from '@px-platform/api';
import { createAsk } from '../ask-api.js';
import type { DeadConfig } from './config.js';

export interface DeadDeps {
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** Takes a line to print. @default console.log */
  readonly say?: (line: string) => void;
  /** Milliseconds. @default the real thing */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A letter with each of its deaths. */
interface WholeLetter extends OpenLetter {
  readonly deaths: readonly Pick<DeadLetter, 'stage' | 'code' | 'message' | 'attempts' | 'at'>[];
}

interface Replayed {
  readonly results: readonly ReplayResult[];
  readonly next?: string | null;
  readonly retry_after_s?: number;
  readonly as_of?: number;
}

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 60;
/** A letter that is put off so often in a row is left for another day. */
const MOST_ROUNDS = 20;

/** Does what was asked. False: something was not taken. */
export async function runDead(
  config: DeadConfig,
  { fetch = globalThis.fetch, say = (line) => console.log(line), wait = sleep }: DeadDeps = {},
): Promise<boolean> {
  const { action, ids, filter, json, endpoint, key } = config;
  const askApi = createAsk({ endpoint, key, fetch });
  const ask = async <Answer>(method: string, path: string, query = filter): Promise<Answer> =>
    (await askApi(method, `${path}?${new URLSearchParams(query).toString()}`)) as Answer;
  const project: Record<string, string> = filter['project'] ? { project: filter['project'] } : {};
  const at = (id: string) => `/v1/dead/${encodeURIComponent(id)}`;

  if (action === 'list') {
    const { letters, next } = await ask<{ letters: DeadLetter[]; next: string | null }>(
      'GET',
      '/v1/dead',
    );
    for (const letter of letters) say(json ? JSON.stringify(letter) : lineOf(letter));
    if (!json) {
      if (letters.length === 0) say('There are none.');
      else if (next !== null) say(`… and more: --limit, or narrower filters`);
    }
    return true;
  }
  if (action === 'show') {
    const letter = await ask<WholeLetter>('GET', at(ids[0] ?? ''), project);
    if (json) say(JSON.stringify(letter));
    else pageOf(letter).forEach(say);
    return true;
  }

  const counts = { ok: 0, drop: 0, retry: 0, unfit: 0 };
  const told = new Set<string>();
  const tell = ({ results }: Replayed): boolean => {
    const isPutOff = results.some(({ outcome }) => outcome === 'retry');
    for (const { id, event, outcome, code, message } of results) {
      if (outcome === 'retry' || told.has(id)) continue;
      told.add(id);
      counts[outcome] += 1;
      const why = [code, message].filter(Boolean).join(', ');
      say(`${outcome === 'ok' ? '✓' : '✗'} ${id} ${event}${why ? `: ${why}` : ''}`);
    }
    return isPutOff;
  };
  /** Until each letter has an answer: what is put off is asked for again, and what was taken is not. */
  const untilAnswered = async (send: () => Promise<Replayed>): Promise<Replayed> => {
    for (let round = 1, pause = FIRST_WAIT_S; ; round += 1) {
      const answer = await send();
      if (!tell(answer)) return answer;
      const putOff = answer.results.filter(({ outcome }) => outcome === 'retry');
      const { code = '', message = '' } = putOff[0] ?? {};
      if (round === MOST_ROUNDS) {
        counts.retry += putOff.length;
        say(
          `${putOff.length} were put off ${round} times, and are as they were: ${code} ${message}`,
        );
        return answer;
      }
      const seconds = answer.retry_after_s ?? pause;
      say(`  waiting ${seconds} s: ${code} ${message}`);
      await wait(seconds * 1_000);
      pause = Math.min(pause * 2, LONGEST_WAIT_S);
    }
  };
  for (const id of ids) {
    await untilAnswered(() => ask<Replayed>('POST', `${at(id)}/replay`, project));
  }
  if (ids.length === 0) {
    // As of the first answer: what dies again dies later, and is not met a second time.
    let query = filter;
    for (let next: string | null = ''; next !== null;) {
      const answer: Replayed = await untilAnswered(async () => {
        const page = await ask<Replayed>('POST', '/v1/dead/replay', query);
        if (page.as_of !== undefined) query = { until: String(page.as_of), ...query };
        return page;
      });
      next = answer.next ?? null;
      if (next !== null) query = { ...query, after: next };
    }
  }
  say(
    `${counts.ok} sent again and taken` +
      (counts.drop > 0 ? `, ${counts.drop} dead again` : '') +
      (counts.unfit > 0 ? `, ${counts.unfit} that cannot be sent` : '') +
      (counts.retry > 0 ? `, ${counts.retry} put off` : ''),
  );
  return counts.drop + counts.unfit + counts.retry === 0;
}

function lineOf({
  id,
  event,
  stage,
  code,
  message,
  attempts,
  at,
  replayed_at,
}: DeadLetter): string {
  const state = replayed_at === null ? '' : ` · replayed ${time(replayed_at)}`;
  const times = attempts > 1 ? ` · ${attempts} attempts` : '';
  return `${id}  ${time(at)}  ${event || '(no name)'}  ${stage}/${code}${times}${state}\n    ${message}`;
}

function pageOf(letter: WholeLetter): string[] {
  return [
    lineOf(letter),
    ...letter.deaths.map(
      ({ attempts, at, stage, code, message }) =>
        `    attempt ${attempts}, ${time(at)}: ${stage}/${code}: ${message}`,
    ),
    '',
    pretty(letter.body),
  ];
}

/** What is no JSON is shown as it came. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function time(at: number): string {
  return new Date(at).toISOString();
}
