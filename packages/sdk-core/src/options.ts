import { isConsentState, type ConsentState } from './consent.js';
import { describeValue } from './errors.js';
import type { Plugin } from './plugins.js';

/** What every PX client can be told. */
export interface CoreOptions {
  /** The project's write key. */
  readonly apiKey: string;
  /** The project the key belongs to. */
  readonly projectId: string;
  /** Where the collector is: a path on the page's own origin, or an absolute URL. */
  readonly endpoint?: string;
  /** How many events wait before they are sent without waiting longer. @default 20 */
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
  /** Where consent stands until the person has said otherwise. @default 'granted' */
  readonly consent?: ConsentState;
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
  readonly consent: ConsentState;
  readonly plugins: readonly Plugin[];
  readonly debug: boolean;
}

/** The outcome of reading options: `options` is null when a client cannot work without what is missing. */
export interface ParsedOptions {
  readonly options: ClientOptions | null;
  /** For the developer: each names the option, the value received and what to do. */
  readonly problems: readonly string[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 1024 * 1024;

/** Reads options as a page gave them. A bad value is named and its default used; never throws. */
export function parseOptions(
  input: unknown,
  { endpoint }: { readonly endpoint: string },
): ParsedOptions {
  const problems: string[] = [];
  if (typeof input !== 'object' || input === null) {
    return {
      options: null,
      problems: [
        `init needs an object with apiKey and projectId; received ${describeValue(input)}.`,
      ],
    };
  }
  const given = input as Partial<Record<keyof CoreOptions, unknown>>;

  const option = <T>(
    name: keyof CoreOptions,
    fallback: T,
    isValid: (value: unknown) => boolean,
    expected: string,
  ): T => {
    const value = given[name];
    if (value === undefined) return fallback;
    if (isValid(value)) return value as T;
    problems.push(
      `option ${name}: expected ${expected}, received ${describeValue(value)}; using ${describeValue(fallback)}.`,
    );
    return fallback;
  };
  const count = (name: keyof CoreOptions, fallback: number, least: number, most: number): number =>
    option(
      name,
      fallback,
      (value) => typeof value === 'number' && value >= least && value <= most,
      `a number from ${least} to ${most}`,
    );
  const required = (name: 'apiKey' | 'projectId'): string => {
    const value = given[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    problems.push(
      `option ${name} is required; received ${describeValue(value)}. Nothing will be recorded.`,
    );
    return '';
  };

  const options: ClientOptions = {
    apiKey: required('apiKey'),
    projectId: required('projectId'),
    endpoint: option(
      'endpoint',
      endpoint,
      isEndpoint,
      "a path such as '/px' or an http(s) URL",
    ).replace(/\/+$/, ''),
    bufferSize: Math.floor(count('bufferSize', 20, 1, 1_000)),
    flushIntervalMs: count('flushInterval', 3_000, 0, HOUR_MS),
    compression: option(
      'compression',
      'gzip',
      (value) => value === 'gzip' || value === 'none',
      "'gzip' or 'none'",
    ),
    sessionTimeoutMs: count('sessionTimeoutMs', 30 * MINUTE_MS, MINUTE_MS, 24 * HOUR_MS),
    maxQueueEvents: Math.floor(count('maxQueueEvents', 10_000, 1, 100_000)),
    maxQueueBytes: count('maxQueueBytes', 10 * MIB, MIB / 16, 100 * MIB),
    consent: option('consent', 'granted', isConsentState, "'granted', 'denied' or 'pending'"),
    plugins: option('plugins', [], Array.isArray, 'a list of plugins'),
    debug: option('debug', false, (value) => typeof value === 'boolean', 'true or false'),
  };
  const isComplete = options.apiKey !== '' && options.projectId !== '';
  return { options: isComplete ? options : null, problems };
}

const isEndpoint = (value: unknown) =>
  typeof value === 'string' && /^(https?:\/\/[^/]|\/)/.test(value);
