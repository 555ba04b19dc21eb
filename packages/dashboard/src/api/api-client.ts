import { createDefinitionsClient, type DefinitionsClient } from '../flags/definitions-client.js';
import { ApiClientError, createRequest } from './request.js';

export { ApiClientError };

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

/** The answer of the question `exposures`. */
export interface ExposureCount {
  readonly phases: readonly {
    readonly phase: string;
    readonly units: number;
    /** How many of them saw more than one variant. */
    readonly several: number;
    readonly variants: readonly { readonly variant: string; readonly units: number }[];
  }[];
}

/** The API as the page uses it. Every function throws {@link ApiClientError} and nothing else. */
export interface ApiClient extends DefinitionsClient {
  projects(): Promise<readonly Project[]>;
  /** Null where the server offers nothing to paste. */
  session(): Promise<Session | null>;
  /** Every event by its name; `since` is `today`, or such as `30d`. */
  eventCount(
    projectId: string,
    options: { readonly timezone: string; readonly since?: string },
  ): Promise<EventCount>;
  exposures(projectId: string, experiment: string): Promise<ExposureCount>;
  /** The server's clock as far as its answers told, epoch milliseconds. */
  serverNow(): number;
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

  const request = createRequest({
    fetch,
    onDate: (date) => {
      offsetMs = clockOffset(date, clock()) ?? offsetMs;
    },
  });

  return {
    ...createDefinitionsClient(request),
    async projects() {
      const { projects } = await request<{ projects: readonly Project[] }>('v1/projects');
      return projects;
    },
    async session() {
      try {
        return await request<Session>('v1/session');
      } catch {
        // Optional by contract: without it the page works, and has nothing to paste.
        return null;
      }
    },
    eventCount(projectId, { timezone, since = 'today' }) {
      const query = new URLSearchParams({
        project: projectId,
        since,
        by: 'event_name',
        timezone,
      });
      return request<EventCount>(`v1/questions/event-count?${query}`);
    },
    exposures(projectId, experiment) {
      const query = new URLSearchParams({ project: projectId, experiment });
      return request<ExposureCount>(`v1/questions/exposures?${query}`);
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
