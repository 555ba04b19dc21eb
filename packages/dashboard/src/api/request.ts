/** An answer that is not 2xx, or none: `status` is then 0. */
export class ApiClientError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions & {
      /** The whole answer, where it was JSON. */
      readonly answer?: unknown;
    },
  ) {
    super(message, options);
    this.name = 'ApiClientError';
    this.answer = options?.answer;
  }

  readonly answer: unknown;
}

/** Asks the API; throws {@link ApiClientError} and nothing else. A body goes as JSON. */
export type Request = <Answer>(
  path: string,
  init?: { readonly method: string; readonly body: object },
) => Promise<Answer>;

/** Makes requests of the API that serves this page, and tells when each answer said it was. */
export function createRequest({
  fetch,
  onDate,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly onDate: (date: string | null) => void;
}): Request {
  return async <Answer>(
    path: string,
    init?: { readonly method: string; readonly body: object },
  ) => {
    const response = await fetch(path, {
      headers: {
        accept: 'application/json',
        ...(init && { 'content-type': 'application/json' }),
      },
      ...(init && { method: init.method, body: JSON.stringify(init.body) }),
    }).catch((cause: unknown) => {
      throw new ApiClientError(0, 'unreachable', 'The server does not answer.', { cause });
    });
    onDate(response.headers.get('date'));
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      const { code, message } = (answer ?? {}) as { code?: unknown; message?: unknown };
      throw new ApiClientError(
        response.status,
        typeof code === 'string' ? code : 'internal',
        typeof message === 'string' ? message : `The server answered ${response.status}.`,
        { answer },
      );
    }
    if (answer === null) {
      throw new ApiClientError(response.status, 'internal', 'The answer was not JSON.');
    }
    return answer as Answer;
  };
}
