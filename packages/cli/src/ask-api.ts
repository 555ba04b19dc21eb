import { UsageError } from './config.js';

export interface ApiAddress {
  readonly endpoint: string;
  readonly key: string;
  readonly fetch: typeof globalThis.fetch;
}

/** Asks the API; resolves with what it answers. Throws `UsageError` where it does not answer, or refuses. */
export function createAsk({ endpoint, key, fetch }: ApiAddress) {
  return async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(endpoint + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body ? JSON.stringify(body) : null,
    }).catch((error: unknown) => {
      throw new UsageError(
        `${endpoint} does not answer: ${String((error as Error).cause ?? error)}`,
      );
    });
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    const { message = 'no reason was given' } = Object(answer) as { readonly message?: string };
    throw new UsageError(`${endpoint} refuses with ${response.status}: ${message}`);
  };
}
