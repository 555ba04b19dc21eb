import type { PxEvent } from '@px-platform/protocol';
import { readConsent, type ConsentChoice } from './consent.js';
import type { FlagOptions } from './flags/options.js';
import type { Plugin } from './plugins.js';
import type { RedactOptions } from './redact.js';

/** What every PX client can be told. */
export interface CoreOptions {
  /** The project's write key. */
  readonly apiKey: string;
  /** The project the key belongs to. */
  readonly projectId: string;
  /** Where the collector is: a path on the page's own origin, or an absolute URL. */
  readonly endpoint?: string;
  /** How many events wait before they are sent without waiting longer. @default 50 */
  readonly bufferSize?: number;
  /** How long an event waits at most before it is sent, in milliseconds. @default 3000 */
  readonly flushInterval?: number;
  /** Whether request bodies are gzipped where the platform can. @default 'gzip' */
  readonly compression?: 'gzip' | 'none';
  /** A visit ends after this long without events, in milliseconds. @default 1800000 */
  readonly sessionTimeoutMs?: number;
  /** Events kept while they cannot be sent; beyond it those of least worth are dropped and counted. @default 10000 */
  readonly maxQueueEvents?: number;
  /** Bytes of JSON kept while they cannot be sent, likewise. @default 10485760 */
  readonly maxQueueBytes?: number;
  /**
   * Where consent stands until the person has said otherwise: one word, or a word for each of
   * `analytics`, `replay`, `errors` and `messages`. @default 'granted'
   */
  readonly consent?: ConsentChoice;
  /**
   * Whether Global Privacy Control and Do Not Track count as a refusal of everything but `errors`,
   * until the person says otherwise. @default true
   */
  readonly respectSignals?: boolean;
  /** How personal data is taken out of addresses, titles and what is captured; `false`: not at all. @default true */
  readonly redact?: RedactOptions | boolean;
  /** Flags and experiments, in builds that have them; `false`: none. Read where they are made. @default {} */
  readonly flags?: FlagOptions | false;
  /** Edits each event just before it is queued, or drops it by answering null. Ids and time stay as they are. */
  readonly beforeSend?: (event: PxEvent) => PxEvent | null;
  /** More captures, beside the built-in ones. @default [] */
  readonly plugins?: readonly Plugin[];
  /** Explains in the console what happens to each event. @default false */
  readonly debug?: boolean;
}

/** Options once parsed: complete and sound. */
export interface ClientOptions {
  readonly apiKey: string;
  readonly projectId: string;
  readonly endpoint: string;
  readonly bufferSize: number;
  readonly flushIntervalMs: number;
  readonly compression: 'gzip' | 'none';
  readonly sessionTimeoutMs: number;
  readonly maxQueueEvents: number;
  readonly maxQueueBytes: number;
  readonly consent: ConsentChoice;
  readonly respectSignals: boolean;
  readonly redact: RedactOptions | boolean;
  /** As the page gave them. */
  readonly flags: unknown;
  readonly plugins: readonly Plugin[];
  readonly debug: boolean;
}

/** The outcome of reading options: `options` is null when a client cannot work without what is missing. */
export interface ParsedOptions {
  readonly options: ClientOptions | null;
  /** For the developer, each as a logger takes it: which option, the value received, and what is used instead. */
  readonly problems: readonly Problem[];
}

/** A kind that `explain` knows, and its values. */
export type Problem = readonly [kind: string, ...values: readonly unknown[]];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 1024 * 1024;

/** Reads options as a page gave them. A bad value is named and its default used; never throws. */
export function parseOptions(
  input: unknown,
  { endpoint }: { readonly endpoint: string },
): ParsedOptions {
  const problems: Problem[] = [];
  if (typeof input !== 'object' || input === null) {
    return { options: null, problems: [['init', input]] };
  }
  const given = input as Partial<Record<keyof CoreOptions, unknown>>;

  const option = <T>(
    name: keyof CoreOptions,
    fallback: T,
    isValid: (value: unknown) => unknown,
  ): T => {
    const value = given[name];
    if (value === undefined) return fallback;
    if (isValid(value)) return value as T;
    problems.push([`option:${name}`, value, fallback]);
    return fallback;
  };
  const count = (name: keyof CoreOptions, fallback: number, least: number, most: number) =>
    option(name, fallback, (value) => typeof value === 'number' && value >= least && value <= most);
  const flag = (name: keyof CoreOptions, fallback: boolean) =>
    option(name, fallback, (value) => typeof value === 'boolean');
  const required = (name: 'apiKey' | 'projectId'): string => {
    const value = given[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    problems.push([`required:${name}`, value]);
    return '';
  };
  const beforeSend = option('beforeSend', null, isFunction) as Plugin['beforeSend'] | null;

  const options: ClientOptions = {
    apiKey: required('apiKey'),
    projectId: required('projectId'),
    endpoint: option('endpoint', endpoint, isEndpoint).replace(/\/+$/, ''),
    bufferSize: Math.floor(count('bufferSize', 50, 1, 1_000)),
    flushIntervalMs: count('flushInterval', 3_000, 0, HOUR_MS),
    compression: option('compression', 'gzip', (value) => /^(gzip|none)$/.test(String(value))),
    sessionTimeoutMs: count('sessionTimeoutMs', 30 * MINUTE_MS, MINUTE_MS, 24 * HOUR_MS),
    maxQueueEvents: Math.floor(count('maxQueueEvents', 10_000, 1, 100_000)),
    maxQueueBytes: count('maxQueueBytes', 10 * MIB, MIB / 16, 100 * MIB),
    consent: option<ConsentChoice>('consent', 'granted', readConsent),
    respectSignals: flag('respectSignals', true),
    redact: option<RedactOptions | boolean>(
      'redact',
      true,
      (value) =>
        typeof value === 'boolean' ||
        (Object(value) === value &&
          [(value as RedactOptions).patterns ?? []].flat().every((one) => one instanceof RegExp)),
    ),
    flags: given.flags,
    plugins: [
      ...option<readonly Plugin[]>('plugins', [], Array.isArray),
      // The page's own editor comes after every plugin's.
      ...(beforeSend ? [{ name: 'init', setup() {}, beforeSend }] : []),
    ],
    debug: flag('debug', false),
  };
  const isComplete = options.apiKey !== '' && options.projectId !== '';
  return { options: isComplete ? options : null, problems };
}

const isFunction = (value: unknown) => typeof value === 'function';
const isEndpoint = (value: unknown) =>
  typeof value === 'string' && /^(https?:\/\/[^/]|\/)/.test(value);
