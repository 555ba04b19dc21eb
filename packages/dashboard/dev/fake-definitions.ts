import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DefinitionKind } from '@px-platform/protocol/flags';
import {
  checkDefinition,
  checkRemoval,
  startExperiment,
  stopExperiment,
  type DefinitionFault,
  type Definitions,
} from '@px-platform/protocol/definitions';
import { SAMPLE_DEFINITIONS } from './sample-definitions.js';

interface Held {
  definition: { readonly key: string };
  version: number;
  changed_by: string;
  changed_at: string;
  comment: string | null;
  archived_at: string | null;
}

/** The API's routes of flags and experiments, over a catalog in memory which is checked as the real one is. */
export interface FakeDefinitions {
  /** False leaves the request to somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** What is stored, by kind and key. */
  find(kind: DefinitionKind, key: string): Held | undefined;
}

const KINDS: readonly DefinitionKind[] = ['flag', 'experiment', 'segment', 'group'];

export function createFakeDefinitions({
  definitions = SAMPLE_DEFINITIONS,
  environments = ['production', 'staging'],
  now = () => Date.now(),
}: {
  readonly definitions?: Definitions;
  readonly environments?: readonly string[];
  readonly now?: () => number;
} = {}): FakeDefinitions {
  const held = new Map<string, Held[]>();
  const store = (kind: DefinitionKind, definition: { readonly key: string }, archived = false) => {
    const place = `${kind} ${definition.key}`;
    const versions = held.get(place) ?? [];
    const at = new Date(now()).toISOString();
    held.set(place, [
      {
        definition,
        version: versions.length + 1,
        changed_by: 'ana@harbour.example',
        changed_at: at,
        comment: null,
        archived_at: archived ? at : null,
      },
      ...versions,
    ]);
  };
  for (const kind of KINDS) for (const each of definitions[`${kind}s`]) store(kind, each);
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
      store(kind, body['definition'] as { readonly key: string });
      return [200, held.get(`${kind} ${key}`)?.[0]] as const;
    }
    if (!last) return [404, { code: 'not_found', message: `there is no ${kind} ${key}.` }] as const;
    if (verb === 'archive') {
      const faults = checkRemoval({ kind, key }, living());
      if (faults.length > 0) return refused(faults);
      store(kind, last.definition, true);
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
      const { pathname } = new URL(request.url ?? '/', 'http://fake');
      const parts = pathname
        .replace(/^\/v1\//, '')
        .split('/')
        .map(decodeURIComponent);
      if (![...KINDS.map((kind) => `${kind}s`), 'environments'].includes(parts[0] ?? ''))
        return false;
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
        const [status, said] = answer(request.method ?? 'GET', parts, body) ?? [
          404,
          { code: 'not_found' },
        ];
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(said));
      });
      return true;
    },
    find: (kind, key) => held.get(`${kind} ${key}`)?.[0],
  };
}

function refused(faults: readonly DefinitionFault[]) {
  return [400, { code: 'invalid_definition', message: 'it cannot be stored.', faults }] as const;
}
