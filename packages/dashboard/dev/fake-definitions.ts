import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DefinitionKind, SegmentDefinition } from '@px-platform/protocol/flags';
import {
  checkDefinition,
  checkRemoval,
  startExperiment,
  stopExperiment,
  type DefinitionFault,
  type Definitions,
} from '@px-platform/protocol/definitions';
import { SAMPLE_DEFINITIONS, SAMPLE_MEMBERS } from './sample-definitions.js';

interface Held {
  definition: { readonly key: string };
  version: number;
  changed_by: string;
  changed_at: string;
  comment: string | null;
  archived_at: string | null;
}

/** Who is in a segment that says what people did. */
interface Counted {
  readonly computed_at: string | null;
  readonly members: number;
  readonly problem: string | null;
  readonly sample: readonly string[];
}

/** The API's routes of flags and experiments, over a catalog in memory which is checked as the real one is. */
export interface FakeDefinitions {
  /** False leaves the request to somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Counts a segment now, and says so much of it. */
  count(key: string, people?: Partial<Counted>): void;
  /** What is stored, by kind and key. */
  find(kind: DefinitionKind, key: string): Held | undefined;
}

const KINDS: readonly DefinitionKind[] = ['flag', 'experiment', 'segment', 'group'];

export function createFakeDefinitions({
  definitions = SAMPLE_DEFINITIONS,
  environments = ['production', 'staging'],
  members = SAMPLE_MEMBERS,
  countedAfterMs = 5_000,
  now = () => Date.now(),
}: {
  readonly definitions?: Definitions;
  readonly environments?: readonly string[];
  /** How many are in each computed segment, by its key. */
  readonly members?: Readonly<Record<string, number>>;
  /** A minute, as it were: when a new version is counted. @default 5000 */
  readonly countedAfterMs?: number;
  readonly now?: () => number;
} = {}): FakeDefinitions {
  const held = new Map<string, Held[]>();
  const counted = new Map<string, Counted>();
  const countAll = (key: string, problem: string | null = null): Counted => {
    const people = members[key] ?? 12;
    const sample = Array.from({ length: Math.min(people, 1_000) }, (_, at) => sampleId(key, at));
    const all = { computed_at: new Date(now()).toISOString(), members: people, problem, sample };
    counted.set(key, all);
    return all;
  };
  const store = (
    kind: DefinitionKind,
    definition: { readonly key: string },
    { archived = false, comment = null }: { archived?: boolean; comment?: string | null } = {},
  ) => {
    const place = `${kind} ${definition.key}`;
    const versions = held.get(place) ?? [];
    const at = new Date(now()).toISOString();
    held.set(place, [
      {
        definition,
        version: versions.length + 1,
        changed_by: 'ana@harbour.example',
        changed_at: at,
        comment,
        archived_at: archived ? at : null,
      },
      ...versions,
    ]);
  };
  for (const kind of KINDS) for (const each of definitions[`${kind}s`]) store(kind, each);
  for (const { key } of definitions.segments.filter(({ did }) => did)) countAll(key);
  const list = (kind: DefinitionKind) =>
    [...held].flatMap(([place, [last]]) => (place.startsWith(`${kind} `) && last ? [last] : []));
  const living = (): Definitions => {
    const of = (kind: DefinitionKind) =>
      list(kind)
        .filter(({ archived_at }) => archived_at === null)
        .map(({ definition }) => definition as never);
    return {
      flags: of('flag'),
      experiments: of('experiment'),
      segments: of('segment'),
      groups: of('group'),
    };
  };

  /** As the backend does it, but for reading events: a made-up number, some time after the version. */
  const countNow = (key: string, changedAt: string): Counted => {
    const known = counted.get(key) ?? {
      computed_at: null,
      members: 0,
      problem: null,
      sample: [],
    };
    const isOld = known.computed_at === null || known.computed_at < changedAt;
    if (!isOld || now() - Date.parse(changedAt) < countedAfterMs) return known;
    return countAll(key, known.problem);
  };

  const answer = (method: string, parts: readonly string[], body: Record<string, unknown>) => {
    const [plural = '', key, verb] = parts;
    if (plural === 'environments')
      return [200, { environments: environments.map((name) => ({ name })) }] as const;
    const kind = KINDS.find((each) => `${each}s` === plural);
    if (!kind) return null;
    if (key === undefined) return [200, { [plural]: list(kind) }] as const;
    const versions = held.get(`${kind} ${key}`);
    if (verb === 'versions') return [200, { versions }] as const;
    const [last] = versions ?? [];
    if (method === 'PUT') {
      const basedOn = body['based_on'];
      if (basedOn !== (last?.version ?? 0))
        return [
          409,
          { code: 'stale_version', message: `somebody has stored version ${last?.version} since.` },
        ] as const;
      const faults = checkDefinition(
        { kind, definition: body['definition'] },
        { ...living(), environments },
      );
      if (faults.length > 0) return refused(faults);
      const { comment = null } = body as { comment?: string | null };
      store(kind, body['definition'] as { readonly key: string }, { comment });
      return [200, held.get(`${kind} ${key}`)?.[0]] as const;
    }
    if (!last) return [404, { code: 'not_found', message: `there is no ${kind} ${key}.` }] as const;
    if (verb === 'members') {
      const { did } = last.definition as SegmentDefinition;
      if (!did || last.archived_at !== null)
        return [404, { code: 'not_found', message: `nobody counts ${key}.` }] as const;
      const known = countNow(key, last.changed_at);
      const sample = known.sample.slice(0, Number(body['limit'] ?? 100));
      return [200, { key, ...known, sample }] as const;
    }
    if (verb === 'archive') {
      const faults = checkRemoval({ kind, key }, living());
      if (faults.length > 0) return refused(faults);
      store(kind, last.definition, { archived: true });
    }
    if (verb === 'restore') store(kind, last.definition);
    const at = now();
    if (verb === 'start') store(kind, startExperiment(last.definition as never, { now: at }));
    if (verb === 'stop') {
      const winner = body['winner'];
      store(
        kind,
        stopExperiment(last.definition as never, {
          now: at,
          ...(typeof winner === 'string' && { winner }),
        }),
      );
    }
    return [200, held.get(`${kind} ${key}`)?.[0]] as const;
  };

  return {
    handle(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
      const parts = pathname
        .replace(/^\/v1\//, '')
        .split('/')
        .map(decodeURIComponent);
      if (![...KINDS.map((kind) => `${kind}s`), 'environments'].includes(parts[0] ?? ''))
        return false;
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const given = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
        const body = { ...Object.fromEntries(searchParams), ...given };
        const [status, said] = answer(request.method ?? 'GET', parts, body) ?? [
          404,
          { code: 'not_found' },
        ];
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(said));
      });
      return true;
    },
    count(key, people = {}) {
      counted.set(key, { ...countAll(key), ...people });
    },
    find: (kind, key) => held.get(`${kind} ${key}`)?.[0],
  };
}

function refused(faults: readonly DefinitionFault[]) {
  return [400, { code: 'invalid_definition', message: 'it cannot be stored.', faults }] as const;
}

/** An id that is the same each time, as canonical ones look. */
function sampleId(key: string, index: number): string {
  const hex = createHash('sha256').update(`${key} ${index}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
