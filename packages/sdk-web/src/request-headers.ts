import { REQUEST_HEADERS, writeRequestHeaders } from '@px-platform/protocol';
import type { Plugin } from '@px-platform/sdk-core';
import { beforeRequest } from './dom/before-request.js';
import { readPageAddress } from './dom/page-address.js';
import { OWN_ADDRESS } from './own-address.js';
import { randomBytes } from './platform/random-bytes.js';

/** Which requests say who asks, and what they say. */
export interface RequestHeadersOptions {
  /**
   * Other origins that are told, such as `https://api.shop.example`. They must allow the headers by CORS. The page's own
   * is told in any case.
   * @default []
   */
  readonly origins?: readonly string[];
  /** Whether a request that has no `traceparent` gets one. @default true */
  readonly trace?: boolean;
  /** Leaves out addresses of these origins, such as one that redirects elsewhere. @default all are told */
  readonly when?: (url: URL) => boolean;
}

/**
 * Tells your own server who asks: fetch and XMLHttpRequest get the headers `px-anonymous-id`, `px-user-id`,
 * `px-session-id` and `traceparent`. Nothing is said before the person agrees.
 * @example
 * PX.init({ apiKey, projectId, plugins: [requestHeaders({ origins: ['https://api.shop.example'] })] });
 */
export function requestHeaders({
  origins = [],
  trace = true,
  when = () => true,
}: RequestHeadersOptions = {}): Plugin {
  return {
    name: 'request-headers',
    setup({ who, log }) {
      const told = new Set([readPageAddress().origin]);
      for (const origin of origins) {
        const found = originOf(origin);
        if (found) told.add(found);
        else
          log.error(
            `origins:${origin}`,
            `requestHeaders: origins has ${JSON.stringify(origin)}; expected one such as "https://api.shop.example". It is told nothing.`,
          );
      }
      return beforeRequest((url) => {
        // An address of `blob:` has the page's origin, too.
        if (!isHttp(url) || !told.has(url.origin) || OWN_ADDRESS.test(url.href) || !when(url))
          return null;
        const ids = who();
        return (
          ids && {
            ...writeRequestHeaders(ids),
            ...(trace && { [REQUEST_HEADERS.trace]: traceparent() }),
          }
        );
      });
    },
  };
}

const isHttp = ({ protocol }: URL) => /^https?:$/.test(protocol);

function originOf(text: unknown): string | null {
  try {
    const url = new URL(String(text));
    return isHttp(url) ? url.origin : null;
  } catch {
    return null;
  }
}

/** Of a trace of its own. `01`: whoever samples by their caller goes on as if there were none. */
function traceparent(): string {
  const hex = Array.from(randomBytes(24), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
