import type { Readable } from 'node:stream';
import { readIsoTime } from '@px-platform/protocol';
import { sessionize, sessionIdOf, type Timed } from '@px-platform/processor';
import type { SessionizeConfig } from './config.js';
import { readLines } from './read-lines.js';

export interface SessionizeIo {
  readonly print: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly stdin?: Readable;
}

interface Line extends Timed {
  readonly owner: string;
  /** As its sender named it; empty where it named none. */
  readonly session: string;
  readonly text: string;
}

/** Faults that are told with their line; the rest are counted. */
const TOLD_FAULTS = 5;

/** Prints the sessions of an export, by owner and time. False where a line could not be read: it is left out, and said. */
export async function runSessionize(
  config: SessionizeConfig,
  { print, complain, stdin }: SessionizeIo,
): Promise<boolean> {
  const owners = new Map<string, Line[]>();
  let faults = 0;
  for (const file of config.files) {
    let number = 0;
    for await (const text of readLines(file, stdin)) {
      number += 1;
      if (text.trim() === '') continue;
      const read = readEvent(text, config);
      if (typeof read === 'string') {
        faults += 1;
        if (faults <= TOLD_FAULTS) complain(`${file}:${number}: ${read}`);
      } else add(owners, read.owner, read);
    }
  }
  const toText = config.printsEvents ? eventsOf : summaryOf;
  for (const owner of [...owners.keys()].sort())
    for (const session of sessionsOf(owner, owners.get(owner) ?? [], config))
      for (const line of toText(session)) print(line);
  if (faults > 0) complain(`${faults} of the lines could not be read and are left out.`);
  return faults === 0;
}

interface Session {
  readonly owner: string;
  readonly session_id: string;
  readonly lines: readonly [Line, ...Line[]];
}

/** What its sender called a session is one, whatever its pauses; the rest is cut. By time. */
function sessionsOf(owner: string, lines: readonly Line[], config: SessionizeConfig): Session[] {
  const named = new Map<string, Line[]>();
  for (const line of lines) add(named, line.session, line);
  const cut = { ...config, splitsOnCampaign: config.campaign.length > 0 };
  const whole = { idleMs: Infinity, maxMs: Infinity, splitsOnCampaign: false };
  return [...named]
    .flatMap(([name, ofSession]) =>
      sessionize(ofSession, name ? whole : cut).map((found) => {
        const ordered = found as Session['lines'];
        return {
          owner,
          session_id: name || sessionIdOf(owner, ordered[0].event_id),
          lines: ordered,
        };
      }),
    )
    .sort((a, b) => a.lines[0].timestamp - b.lines[0].timestamp);
}

function summaryOf({ owner, session_id, lines }: Session): readonly string[] {
  const first = lines[0];
  const last = lines.at(-1) ?? first;
  return [
    JSON.stringify({
      owner,
      session_id,
      started_at: new Date(first.timestamp).toISOString(),
      ended_at: new Date(last.timestamp).toISOString(),
      duration_ms: last.timestamp - first.timestamp,
      events: lines.length,
      first_event_id: first.event_id,
      last_event_id: last.event_id,
    }),
  ];
}

function eventsOf({ session_id, lines }: Session): readonly string[] {
  return lines.map(({ text }) => JSON.stringify({ ...(JSON.parse(text) as object), session_id }));
}

function add(groups: Map<string, Line[]>, key: string, line: Line): void {
  const group = groups.get(key);
  if (group) group.push(line);
  else groups.set(key, [line]);
}

/** A line that can be read, or what is wrong with it. */
function readEvent(text: string, config: SessionizeConfig): Line | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `no JSON: ${(error as Error).message}`;
  }
  const owner = config.owner.map((field) => textAt(value, field)).find(Boolean);
  if (!owner) return `none of ${config.owner.join(', ')} has a value`;
  const timestamp = timeOf(valueAt(value, config.time));
  if (timestamp === null) {
    const found = JSON.stringify(valueAt(value, config.time)) ?? 'nothing';
    return `${config.time} is ${found.slice(0, 60)}: neither epoch milliseconds nor an ISO 8601 time`;
  }
  const campaign = config.campaign.map((field) => textAt(value, field));
  return {
    owner,
    session: textAt(value, config.session),
    event_id: textAt(value, config.id) || text,
    timestamp,
    seq: Number(valueAt(value, 'seq')) || 0,
    campaign: campaign.some(Boolean) ? JSON.stringify(campaign) : '',
    text,
  };
}

/** A field that lies within others has dots; one that is called so itself is found first. */
function valueAt(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, field)) return (value as Record<string, unknown>)[field];
  const [head = '', ...rest] = field.split('.');
  if (rest.length === 0 || !Object.hasOwn(value, head)) return undefined;
  return valueAt((value as Record<string, unknown>)[head], rest.join('.'));
}

function textAt(value: unknown, field: string): string {
  const found = valueAt(value, field);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' ? (readIsoTime(value)?.epochMs ?? null) : null;
}
