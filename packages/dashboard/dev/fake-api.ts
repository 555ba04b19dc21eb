import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTROL_EVENTS, type LiveEvent } from '@px-platform/protocol';
import { createFakeDefinitions, type FakeDefinitions } from './fake-definitions.js';

export interface FakeApiOptions {
  readonly projects?: readonly {
    readonly id: string;
    readonly name: string;
    readonly tenant_id: string;
  }[];
  /** Whether `GET /v1/session` has something to paste. @default true */
  readonly session?: boolean;
  /** False answers 401 to everything, as to a reader without the cookie. @default true */
  readonly signedIn?: boolean;
  /** Flags and experiments. @default those of the sample shop */
  readonly definitions?: FakeDefinitions;
}

/** The API's routes that the page uses, over events that are pushed by hand. */
export interface FakeApi {
  /** Answers a request of the API; false leaves it to somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  push(event: LiveEvent): void;
  /** Ends every live connection, as a restarting server does. */
  disconnect(): void;
  /** The questions asked so far. */
  readonly questions: readonly URLSearchParams[];
}

const REMEMBERED = 500;

/** Makes a fake API that remembers what it was told. */
export function createFakeApi({
  projects = [{ id: 'shop', name: 'Harbour goods', tenant_id: 'dev' }],
  session = true,
  signedIn = true,
  definitions = createFakeDefinitions(),
}: FakeApiOptions = {}): FakeApi {
  const lines: { readonly id: number; readonly event: LiveEvent }[] = [];
  const readers = new Set<ServerResponse>();
  const questions: URLSearchParams[] = [];
  let lastId = 0;

  const tell = (reader: ServerResponse, { id, event }: { id: number; event: LiveEvent }) =>
    reader.write(`id: ${id}\nevent: live\ndata: ${JSON.stringify(event)}\n\n`);

  const live = (request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 300\n\n: here\n\n');
    const after = Number(request.headers['last-event-id'] ?? 0);
    for (const line of lines.filter(({ id }) => id > after)) tell(response, line);
    readers.add(response);
    response.on('close', () => readers.delete(response));
  };

  const count = () => {
    const rows = new Map<string, { events: number; people: Set<string> }>();
    const everybody = new Set<string>();
    for (const { event } of lines) {
      if (event.kind !== 'stored') continue;
      const row = rows.get(event.event) ?? { events: 0, people: new Set() };
      row.events += 1;
      row.people.add(event.distinct_id ?? '');
      everybody.add(event.distinct_id ?? '');
      rows.set(event.event, row);
    }
    const counted = [...rows].map(([value, row]) => ({
      value,
      events: row.events,
      people: row.people.size,
    }));
    return {
      question: 'event-count',
      since: new Date(new Date().setHours(0, 0, 0, 0)).toISOString(),
      until: new Date().toISOString(),
      total: {
        events: counted.reduce((sum, { events }) => sum + events, 0),
        people: everybody.size,
      },
      rows: counted.sort((a, b) => b.events - a.events),
      elapsed_ms: 7.4,
    };
  };

  const countExposures = (experiment: string) => {
    const units = new Map<string, Map<string, string>>();
    for (const { event } of lines) {
      const { properties = {} } = Object(event.arrived) as {
        readonly properties?: Readonly<Record<string, unknown>>;
      };
      if (event.event !== CONTROL_EVENTS.exposure || properties['experiment'] !== experiment)
        continue;
      const phase = units.get(String(properties['phase'])) ?? new Map<string, string>();
      phase.set(String(properties['unit_id']), String(properties['variant']));
      units.set(String(properties['phase']), phase);
    }
    return {
      experiment,
      phases: [...units].map(([phase, found]) => ({
        phase,
        units: found.size,
        several: 0,
        variants: [...new Set(found.values())].map((variant) => ({
          variant,
          units: [...found.values()].filter((each) => each === variant).length,
        })),
      })),
    };
  };

  return {
    questions,
    handle(request, response) {
      const url = new URL(request.url ?? '/', 'http://fake');
      if (!url.pathname.startsWith('/v1/')) return false;
      if (!signedIn) {
        json(response, 401, { code: 'missing_key', message: 'no key was sent.' });
      } else if (definitions.handle(request, response)) {
        return true;
      } else if (url.pathname === '/v1/projects') {
        json(response, 200, { projects });
      } else if (url.pathname === '/v1/live') {
        live(request, response);
      } else if (url.pathname === '/v1/questions/event-count') {
        questions.push(url.searchParams);
        json(response, 200, count());
      } else if (url.pathname === '/v1/questions/exposures') {
        json(response, 200, countExposures(url.searchParams.get('experiment') ?? ''));
      } else if (url.pathname === '/v1/session' && session) {
        json(response, 200, {
          project: projects[0],
          write_key: 'px_wk_demo_0123456789abcdef',
          endpoint: 'http://localhost:4318',
          shop_url: 'http://localhost:4318/shop/',
        });
      } else {
        json(response, 404, { code: 'not_found', message: `there is no ${url.pathname}.` });
      }
      return true;
    },
    push(event) {
      lastId += 1;
      const line = { id: lastId, event };
      lines.push(line);
      if (lines.length > REMEMBERED) lines.shift();
      for (const reader of readers) tell(reader, line);
    },
    disconnect() {
      for (const reader of readers) reader.destroy();
    },
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
