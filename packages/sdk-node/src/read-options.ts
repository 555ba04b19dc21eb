import { readEnvironment } from './config.js';

/** Where requests go, and with which key. */
export interface Target {
  readonly apiKey: string;
  readonly endpoint: string;
}

/** What a number may be. `most` has a default, for nearly all are waits. */
export interface NumberOption {
  readonly fallback: number;
  readonly least: number;
  readonly most?: number;
}

type Given = Readonly<Record<string, unknown>>;

/** Half as long again, and a wait would end at once in Node. */
const MOST_MS = 1_000_000_000;

/** A number of the options. A bad one is named, and the default used. */
export function readNumber(
  all: Given,
  name: string,
  { fallback, least, most = MOST_MS }: NumberOption,
  problems: string[],
  within = '',
): number {
  const value = all[name];
  if (typeof value === 'number' && value >= least && value <= most) return value;
  if (value !== undefined)
    problems.push(`option ${within}${name} cannot be ${shown(value)}; using ${fallback}.`);
  return fallback;
}

/** The key and the address, of the options or the environment; null where one is unusable, which is named with what comes of it. */
export function readTarget(given: Given, consequence: string, problems: string[]): Target | null {
  const environment = readEnvironment();
  const { apiKey = environment.apiKey, endpoint = environment.endpoint } = given;
  const isKey = typeof apiKey === 'string' && /^[\x21-\x7e]+$/.test(apiKey);
  const isAddress =
    typeof endpoint === 'string' && /^https?:\/\/[^?#]+$/.test(endpoint) && URL.canParse(endpoint);
  if (!isKey)
    problems.push(
      `option apiKey, or PX_API_KEY in the environment, is the text of a key. ${consequence}`,
    );
  if (!isAddress)
    problems.push(
      `option endpoint, or PX_ENDPOINT in the environment, is the collector's whole address, without a query; received ${shown(endpoint)}. ${consequence}`,
    );
  return isKey && isAddress ? { apiKey, endpoint: endpoint.replace(/\/+$/, '') } : null;
}

/** What was received, short enough for a message. It may be anything. */
export function shown(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
  } catch {
    return typeof value;
  }
}
