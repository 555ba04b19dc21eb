/** A project the reader may see. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string;
}

/** What to paste to send the first event. */
export interface Session {
  readonly project: { readonly id: string; readonly name: string };
  readonly write_key: string;
  readonly endpoint: string;
  readonly shop_url: string | null;
}

/** The answer of the question `event-count`. */
export interface EventCount {
  readonly question: string;
  readonly since: string;
  readonly until: string;
  readonly total: { readonly events: number; readonly people: number };
  readonly rows: readonly {
    readonly value: string;
    readonly events: number;
    readonly people: number;
  }[];
  readonly elapsed_ms: number;
}

/** The API as the page uses it. Every function throws {@link ApiClientError} and nothing else. */
export interface ApiClient {
  projects(): Promise<readonly Project[]>;
  /** Null where the server offers nothing to paste. */
  session(): Promise<Session | null>;
  eventCount(projectId: string, options: { readonly timezone: string }): Promise<EventCount>;
  /** The server's clock as far as its answers told, epoch milliseconds. */
  serverNow(): number;
}

/** An answer that is not 2xx, or none: `status` is then 0. */
export class ApiClientError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ApiClientError';
  }
}

/** A client of the API that serves this page. Paths are relative: the page may live below any path. */
export function createApiClient({
  fetch,
  clock = Date.now,
}: {
  readonly fetch: typeof globalThis.fetch;
  readonly clock?: () => number;
}): ApiClient {
  let offsetMs = 0;

  const get = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(path, { headers: { accept: 'application/json' } }).catch(
      (cause: unknown) => {
        throw new ApiClientError(0, 'unreachable', 'The server does not answer.', { cause });
      },
    );
    offsetMs = clockOffset(response.headers.get('date'), clock()) ?? offsetMs;
    const body = await response.json().catch(() => null);
    if (!response.ok) {
      const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
      throw new ApiClientError(
        response.status,
        typeof code === 'string' ? code : 'internal',
        typeof message === 'string' ? message : `The server answered ${response.status}.`,
      );
    }
    if (body === null) {
      throw new ApiClientError(response.status, 'internal', 'The answer was not JSON.');
    }
    return body as Answer;
  };

  return {
    async projects() {
      const { projects } = await get<{ projects: readonly Project[] }>('v1/projects');
      return projects;
    },
    async session() {
      try {
        return await get<Session>('v1/session');
      } catch {
        // Optional by contract: without it the page works, and has nothing to paste.
        return null;
      }
    },
    eventCount(projectId, { timezone }) {
      const query = new URLSearchParams({
        project: projectId,
        since: 'today',
        by: 'event_name',
        timezone,
      });
      return get<EventCount>(`v1/questions/event-count?${query}`);
    },
    serverNow: () => clock() + offsetMs,
  };
}

/** Whether an error says that the reader has not been let in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiClientError && (error.status === 401 || error.status === 403);
}

/** `Date` is whole seconds and the answer travelled: a small difference says nothing. */
const OFFSET_TOLERANCE_MS = 3_000;

function clockOffset(date: string | null, now: number): number | null {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return null;
  const offset = server - now;
  return Math.abs(offset) > OFFSET_TOLERANCE_MS ? offset : 0;
}
