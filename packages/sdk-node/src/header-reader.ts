import type { IncomingHttpHeaders } from 'node:http';

/** Headers as Node has them, or as the web does. */
export type RequestHeaders = IncomingHttpHeaders | Pick<Headers, 'get'>;

/** Reads a header by its name in small letters. */
export type HeaderReader = (name: string) => string | undefined;

/** Creates what reads them, whichever they are. */
export const headerReader =
  (headers: RequestHeaders): HeaderReader =>
  (name) => {
    const value: unknown = isWeb(headers) ? headers.get(name) : headers[name];
    return typeof value === 'string' ? value : undefined;
  };

const isWeb = (headers: RequestHeaders): headers is Pick<Headers, 'get'> =>
  typeof headers.get === 'function';
