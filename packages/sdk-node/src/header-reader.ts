/** Headers as Node has them, by name in small letters, or as the web does. Said without Node's types: a page's code may be compiled with none. */
export type RequestHeaders =
  Readonly<Record<string, string | readonly string[] | undefined>> | Pick<Headers, 'get'>;

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
