import type { PxEvent, ServerContext } from '@px-platform/protocol';
import type { FlagsLog, FlagsOptions } from './options.js';
import { readNumber, readTarget, shown, type NumberOption } from './read-options.js';

/** What `createClient` can be told. */
export interface ClientOptions {
  /** A key of the project. With a secret one events may say whose address and browser they are of. @default `PX_API_KEY` of the environment */
  readonly apiKey?: string;
  /** Where the collector is: its whole address, such as `https://px.example.com`. @default `PX_ENDPOINT` of the environment */
  readonly endpoint?: string;
  /** The project the key belongs to; a mismatch is refused by the collector. @default the key's */
  readonly projectId?: string;
  /** How many events wait before they are sent without waiting longer; a batch has no more. @default 100 */
  readonly bufferSize?: number;
  /** How long an event waits at most before it is sent, in milliseconds. @default 5000 */
  readonly flushInterval?: number;
  /** How many requests may be under way at once. @default 4 */
  readonly maxRequests?: number;
  /** How long one request may take, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** Events kept while they cannot be sent; beyond it the oldest are dropped and counted. @default 100000 */
  readonly maxQueueEvents?: number;
  /** Bytes of JSON kept while they cannot be sent, likewise. @default 67108864 */
  readonly maxQueueBytes?: number;
  /** How long a process that is done may live on to send what waits, in milliseconds; 0: not at all. @default 3000 */
  readonly exitTimeoutMs?: number;
  /** How long `shutdown` takes at most unless told, in milliseconds. @default 5000 */
  readonly shutdownTimeoutMs?: number;
  /** Whether request bodies of 1 KiB and more are gzipped. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** Circumstances of every event; a call's own come before. @default {} */
  readonly context?: ServerContext;
  /** Edits each event just before it is queued, or drops it by answering null, as by throwing. */
  readonly beforeSend?: (event: PxEvent) => PxEvent | null;
  /** What is told to flags; `false`: they are not followed. @default {} */
  readonly flags?: Omit<FlagsOptions, 'apiKey' | 'endpoint' | 'log'> | false;
  /** @default console */
  readonly log?: FlagsLog;
}

const MIB = 1_024 * 1_024;

const NUMBERS = {
  bufferSize: { fallback: 100, least: 1, most: 1_000 },
  flushInterval: { fallback: 5_000, least: 0 },
  maxRequests: { fallback: 4, least: 1, most: 100 },
  timeoutMs: { fallback: 10_000, least: 1 },
  maxQueueEvents: { fallback: 100_000, least: 1, most: 10_000_000 },
  maxQueueBytes: { fallback: 64 * MIB, least: MIB / 16, most: 1_024 * MIB },
  exitTimeoutMs: { fallback: 3_000, least: 0 },
  shutdownTimeoutMs: { fallback: 5_000, least: 0 },
} as const satisfies Readonly<Record<string, NumberOption>>;

type Optional = 'projectId' | 'beforeSend';

/** Options once read: complete. */
export type ClientSettings = Required<
  Omit<ClientOptions, Optional | 'bufferSize' | 'flushInterval'>
> & {
  readonly [Name in Optional]: ClientOptions[Name] | undefined;
} & { readonly batchEvents: number; readonly flushIntervalMs: number };

/** Reads the options. A bad value is named and its default used; without a key or an address nothing can be sent. */
export function readClientOptions(given: ClientOptions): {
  readonly settings: ClientSettings;
  readonly isUsable: boolean;
  /** Sentences for developers. */
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const all = Object(given) as Readonly<Record<string, unknown>> & Partial<ClientOptions>;
  const numberOf = (name: keyof typeof NUMBERS) => readNumber(all, name, NUMBERS[name], problems);
  const compression: unknown = all.compression ?? 'gzip';
  if (compression !== 'gzip' && compression !== 'none')
    problems.push(`option compression cannot be ${shown(compression)}; using "gzip".`);
  const target = readTarget(all, 'Nothing is sent.', problems);
  return {
    settings: {
      ...(target ?? { apiKey: '', endpoint: '' }),
      projectId: all.projectId,
      batchEvents: Math.floor(numberOf('bufferSize')),
      flushIntervalMs: numberOf('flushInterval'),
      maxRequests: Math.floor(numberOf('maxRequests')),
      timeoutMs: numberOf('timeoutMs'),
      maxQueueEvents: Math.floor(numberOf('maxQueueEvents')),
      maxQueueBytes: numberOf('maxQueueBytes'),
      exitTimeoutMs: numberOf('exitTimeoutMs'),
      shutdownTimeoutMs: numberOf('shutdownTimeoutMs'),
      compression: compression === 'none' ? 'none' : 'gzip',
      context: all.context ?? {},
      beforeSend: all.beforeSend,
      flags: all.flags ?? {},
      log: all.log ?? console,
    },
    isUsable: target !== null,
    problems,
  };
}
