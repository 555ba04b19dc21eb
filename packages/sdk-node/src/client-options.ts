import type { PxEvent, ServerContext } from '@px-platform/protocol';
import type { FlagsLog, FlagsOptions } from './options.js';
import { readNumber, readTarget, shown, type NumberOption } from './read-options.js';

/** What `createClient` can be told. */
export interface ClientOptions {
  /** A key of the project. With a secret one events may say whose address and browser they are of. */
  readonly apiKey: string;
  /** Where the collector is: its whole address, such as `https://px.example.com`. */
  readonly endpoint: string;
  /** The project the key belongs to; a mismatch is refused by the collector. @default the key's */
  readonly projectId?: string;
  /** How many events make a batch that is sent at once. @default 100 */
  readonly batchEvents?: number;
  /** How long an event waits at most before it is sent, in milliseconds. @default 5000 */
  readonly flushIntervalMs?: number;
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
  batchEvents: { fallback: 100, least: 1, most: 1_000 },
  flushIntervalMs: { fallback: 5_000, least: 0 },
  maxRequests: { fallback: 4, least: 1, most: 100 },
  timeoutMs: { fallback: 10_000, least: 1 },
  maxQueueEvents: { fallback: 100_000, least: 1, most: 10_000_000 },
  maxQueueBytes: { fallback: 64 * MIB, least: MIB / 16, most: 1_024 * MIB },
  exitTimeoutMs: { fallback: 3_000, least: 0 },
  shutdownTimeoutMs: { fallback: 5_000, least: 0 },
} as const satisfies Readonly<Record<string, NumberOption>>;

type Optional = 'projectId' | 'beforeSend';

/** Options once read: complete. */
export type ClientSettings = Required<Omit<ClientOptions, Optional>> & {
  readonly [Name in Optional]: ClientOptions[Name] | undefined;
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
      batchEvents: Math.floor(numberOf('batchEvents')),
      flushIntervalMs: numberOf('flushIntervalMs'),
      maxRequests: Math.floor(numberOf('maxRequests')),
      timeoutMs: numberOf('timeoutMs'),
      maxQueueEvents: Math.floor(numberOf('maxQueueEvents')),
      maxQueueBytes: numberOf('maxQueueBytes'),
      exitTimeoutMs: numberOf('exitTimeoutMs'),
      shutdownTimeoutMs: numberOf('shutdownTimeoutMs'),
      compression: compression === 'none' ? 'none' : 'gzip',
      service: isService ? service : DEFAULT_SERVICE,
      captureUncaught: all.captureUncaught === true,
      context: all.context ?? {},
      beforeSend: all.beforeSend,
      flags: all.flags ?? {},
      log: all.log ?? console,
    },
    isUsable: target !== null,
    problems,
  };
}
