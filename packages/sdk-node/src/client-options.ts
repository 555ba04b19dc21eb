import type { PxEvent, ServerContext } from '@px-platform/protocol';
import type { FlagsLog, FlagsOptions } from './options.js';
import { readNumber, readTarget, shown, type NumberOption } from './read-options.js';

/** Where and how events are kept on disk. */
export interface SpoolOptions {
  /** A directory that outlives the process. It is created; several processes may share it. */
  readonly directory: string;
  /** Bytes of all that is in it of one project; beyond it the oldest files are dropped and counted. @default 268435456 */
  readonly maxBytes?: number;
  /**
   * How long after an event the disk itself is made to have it, in milliseconds; 0: the system decides. A process that is killed loses nothing
   * either way: this is for power cuts. @default 0
   */
  readonly syncEveryMs?: number;
}

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
  /** Whether what waits is sent as SIGTERM or SIGINT comes. Who else listens decides what becomes of the process. @default true */
  readonly flushOnSignals?: boolean;
  /**
   * Told that events are being sent, of a process that may be stopped once a response is out: `waitUntil` of Vercel or Cloudflare, `after` of Next.
   * @default nobody waits
   */
  readonly waitUntil?: (promise: Promise<unknown>) => void;
  /** How long `shutdown` takes at most unless told, in milliseconds. @default 5000 */
  readonly shutdownTimeoutMs?: number;
  /** Whether request bodies of 1 KiB and more are gzipped. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** Keeps events on disk until they are delivered, so that they outlive their process. @default none */
  readonly spool?: SpoolOptions;
  /** The name of the service, by which what it does for nobody is known: `service:<name>`. @default 'server' */
  readonly service?: string;
  /** Whether errors that end the process are recorded. It ends all the same. @default false */
  readonly captureUncaught?: boolean;
  /** Circumstances of every event; a call's own come before. @default {} */
  readonly context?: ServerContext;
  /** Edits each event just before it is queued, or drops it by answering null, as by throwing. */
  readonly beforeSend?: (event: PxEvent) => PxEvent | null;
  /** What is told to flags; `false`: they are not followed. @default {} */
  readonly flags?: Omit<FlagsOptions, 'apiKey' | 'endpoint' | 'log'> | false;
  /** @default console */
  readonly log?: FlagsLog;
}

const DEFAULT_SERVICE = 'server';
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

const SPOOL_NUMBERS = {
  maxBytes: { fallback: 256 * MIB, least: MIB, most: 1_024 * 1_024 * MIB },
  syncEveryMs: { fallback: 0, least: 0 },
} as const satisfies Readonly<Record<string, NumberOption>>;

type Optional = 'projectId' | 'beforeSend' | 'waitUntil';

/** Where and how, once read: complete. */
export type SpoolSettings = Required<SpoolOptions>;

/** Options once read: complete. */
export type ClientSettings = Required<
  Omit<ClientOptions, Optional | 'bufferSize' | 'flushInterval' | 'spool'>
> & {
  readonly [Name in Optional]: ClientOptions[Name] | undefined;
} & {
  readonly batchEvents: number;
  readonly flushIntervalMs: number;
  readonly spool: SpoolSettings | null;
};

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
  const service: unknown = all.service ?? DEFAULT_SERVICE;
  const isService = typeof service === 'string' && /^[\w.:/@-]{1,100}$/.test(service);
  if (!isService)
    problems.push(
      `option service cannot be ${shown(service)}: 1 to 100 letters, digits and . : / @ _ -; using "${DEFAULT_SERVICE}".`,
    );
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
      flushOnSignals: all.flushOnSignals !== false,
      waitUntil: all.waitUntil,
      compression: compression === 'none' ? 'none' : 'gzip',
      service: isService ? service : DEFAULT_SERVICE,
      captureUncaught: all.captureUncaught === true,
      context: all.context ?? {},
      spool: readSpool(all.spool, problems),
      beforeSend: all.beforeSend,
      flags: all.flags ?? {},
      log: all.log ?? console,
    },
    isUsable: target !== null,
    problems,
  };
}

function readSpool(given: unknown, problems: string[]): SpoolSettings | null {
  if (given === undefined || given === null) return null;
  const all = Object(given) as Readonly<Record<string, unknown>>;
  const { directory } = all;
  if (typeof directory !== 'string' || directory === '') {
    problems.push(
      `option spool needs the path of a directory: { directory }; received ${shown(given)}. Events are in memory alone.`,
    );
    return null;
  }
  const numberOf = (name: keyof typeof SPOOL_NUMBERS) =>
    readNumber(all, name, SPOOL_NUMBERS[name], problems, 'spool.');
  return { directory, maxBytes: numberOf('maxBytes'), syncEveryMs: numberOf('syncEveryMs') };
}
