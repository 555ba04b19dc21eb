import type { FlagAttributes } from '@px-platform/sdk-core';
import { contextOf, type ContextOptions } from './context-of.js';
import type { EventDetails } from './event-maker.js';
import type { RequestHeaders } from './header-reader.js';
import { clock } from './node-platform.js';
import type { CookieOptions } from './request-cookies.js';
import type { RequestContext } from './request-context.js';

/** What is used of a client, whatever its events and flags are. */
export interface RequestHost {
  withRequest<T>(context: RequestContext, run: () => T): T;
  forRequest(context: RequestContext): RequestVerbs;
  captureError(error: unknown, properties?: object, details?: EventDetails): void;
}

interface RequestVerbs {
  track(event: string, properties?: object, details?: EventDetails): void;
  captureError(error: unknown, properties?: object, details?: EventDetails): void;
}

/** What is told of requests, and of whom. */
export interface RequestOptions<R> extends CookieOptions {
  /**
   * The person as your authentication knows them; null or undefined: nobody is signed in. With it what the page claims is not taken.
   * @default what the page claims
   */
  readonly userId?: (request: R) => string | null | undefined;
  /** What flags are decided by, beside the ids. @default {} */
  readonly attributes?: (request: R) => FlagAttributes;
  /** Whether requests are told of: `true` of those that are slow or fail. @default false */
  readonly requestEvents?: boolean | RequestEventOptions;
}

/** Of which requests a `request` event tells. */
export interface RequestEventOptions {
  /** A request is slow from here, in milliseconds. @default 1000 */
  readonly slowMs?: number;
  /** Answers of this status and above are failures. @default 500 */
  readonly failedFrom?: number;
  /** The share of all others that is told, 0 to 1. @default 0 */
  readonly sample?: number;
  /** Draws it. @default Math.random */
  readonly random?: () => number;
}

/** A request that has come. */
export interface Arrived {
  readonly method: string;
  readonly headers: RequestHeaders;
  readonly url?: string | undefined;
  readonly ip?: string | undefined;
  readonly trustedProxies?: number | undefined;
}

/** How it ended. */
export interface Ended {
  /** The route's own pattern, such as `/users/:id`: with the address there would be as many as there are users. */
  readonly route: string;
  readonly status: number;
  /** Whether whoever asked was gone by then. */
  readonly isAborted?: boolean;
}

/** One request, from its headers to its answer. */
export interface ToldRequest {
  readonly context: () => RequestContext;
  /** It is over. */
  readonly end: (ended: Ended) => void;
}

/** The event of a request. */
const REQUEST_EVENT = 'request';
/** From here on an answer says that the service is at fault. */
export const FAULT = 500;

/** Creates what a web framework's adapter needs. Nothing of it throws. */
export function createRequestTelling<R>(
  px: RequestHost,
  { userId, attributes, requestEvents = false, ...cookies }: RequestOptions<R>,
): (request: R, arrived: Arrived) => ToldRequest {
  const shareOf = createSampling(requestEvents);
  /** What the host's own code makes of a request. */
  const ask = <T>(question: ((request: R) => T) | undefined, request: R): T | null => {
    try {
      return question?.(request) ?? null;
    } catch (cause) {
      px.captureError(cause, { mechanism: 'px_option' });
      return null;
    }
  };
  return (request, { method, ...about }) => {
    const since = clock.elapsed();
    const read = (): RequestContext => {
      const options: ContextOptions = {
        ...cookies,
        ...about,
        // Nobody is signed in where it says nothing: a claim is only taken where there is nobody to ask.
        ...(userId && { userId: ask(userId, request) }),
      };
      const said = ask(attributes, request);
      return { ...contextOf(about.headers, options), ...(said && { attributes: said }) };
    };
    let known: RequestContext | undefined;
    const context = () => {
      // Who it is may have been found out since.
      if (!known || userId || attributes) known = read();
      return known;
    };
    return {
      context,
      end({ route, status, isAborted }) {
        const durationMs = Math.round(clock.elapsed() - since);
        const share = shareOf(status, durationMs);
        if (share === 0) return;
        const properties = {
          method,
          route,
          status,
          duration_ms: durationMs,
          sample_rate: share,
          ...(isAborted && { aborted: true }),
        };
        px.forRequest(context()).track(REQUEST_EVENT, properties, { service: true });
      },
    };
  };
}

/** Of how many like it an event stands for one: 1 where each is told, 0 where this one is not. */
function createSampling(
  given: boolean | RequestEventOptions,
): (status: number, durationMs: number) => number {
  if (given === false) return () => 0;
  const all = given === true ? {} : given;
  const { slowMs = 1_000, failedFrom = FAULT, sample = 0, random = Math.random } = all;
  return (status, durationMs) => {
    if (status >= failedFrom || durationMs >= slowMs) return 1;
    return random() < sample ? Math.min(sample, 1) : 0;
  };
}

/** The status that an error asks for, as `http-errors` and frameworks have it. */
export function statusOf(error: unknown): number {
  const { statusCode, status } = Object(error) as Readonly<Record<string, unknown>>;
  const said = statusCode ?? status;
  return typeof said === 'number' && said >= 400 ? said : FAULT;
}
