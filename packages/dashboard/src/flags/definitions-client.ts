import type { DefinitionKind } from '@px-platform/protocol/flags';
import type { DefinitionOf } from '@px-platform/protocol/definitions';
import { ApiClientError, type Request } from '../api/request.js';
import type { Catalog, Fault, Members, SaveOptions, Stored, Version } from './definitions-api.js';

/** Which definition. */
export interface Named<Kind extends DefinitionKind = DefinitionKind> {
  readonly kind: Kind;
  readonly key: string;
}

/** Flags, experiments, segments and groups as the pages read and change them. Faults are what the server says is wrong. */
export interface DefinitionsClient {
  catalog(projectId: string): Promise<Catalog>;
  versions<Kind extends DefinitionKind>(
    projectId: string,
    named: Named<Kind>,
  ): Promise<readonly Version<DefinitionOf[Kind]>[]>;
  putDefinition(projectId: string, options: SaveOptions): Promise<readonly Fault[]>;
  archive(
    projectId: string,
    options: Named & { readonly isArchived: boolean },
  ): Promise<readonly Fault[]>;
  /** Of a segment that says what people did, with some of them as a sample. */
  members(
    projectId: string,
    options: { readonly key: string; readonly sample: number },
  ): Promise<Members>;
  startExperiment(projectId: string, key: string): Promise<readonly Fault[]>;
  stopExperiment(
    projectId: string,
    options: { readonly key: string; readonly winner: string | null },
  ): Promise<readonly Fault[]>;
}

/** Makes the client over requests to the API that serves the page. */
export function createDefinitionsClient(request: Request): DefinitionsClient {
  const at = (projectId: string, ...parts: readonly string[]) =>
    `v1/${parts.map(encodeURIComponent).join('/')}?${new URLSearchParams({ project: projectId })}`;
  const list = async <Kind extends DefinitionKind>(projectId: string, kind: Kind) => {
    const answer = await request<Readonly<Record<string, readonly Stored<DefinitionOf[Kind]>[]>>>(
      `${at(projectId, `${kind}s`)}&archived=true`,
    );
    return answer[`${kind}s`] ?? [];
  };
  const change = async (path: string, init: { readonly method: string; readonly body: object }) => {
    try {
      await request(path, init);
      return [];
    } catch (error) {
      return faultsOf(error);
    }
  };

  return {
    async catalog(projectId) {
      const [flag, experiment, segment, group, { environments }] = await Promise.all([
        list(projectId, 'flag'),
        list(projectId, 'experiment'),
        list(projectId, 'segment'),
        list(projectId, 'group'),
        request<{ environments: readonly { readonly name: string }[] }>(
          at(projectId, 'environments'),
        ),
      ]);
      return {
        flag,
        experiment,
        segment,
        group,
        environments: environments.map(({ name }) => name),
      };
    },
    async versions(projectId, { kind, key }) {
      const { versions } = await request<{ versions: readonly Version<never>[] }>(
        at(projectId, `${kind}s`, key, 'versions'),
      );
      return versions;
    },
    putDefinition: (projectId, { kind, definition, basedOn, comment }) =>
      change(at(projectId, `${kind}s`, definition.key), {
        method: 'PUT',
        body: { definition, based_on: basedOn, ...(comment !== '' && { comment }) },
      }),
    archive: (projectId, { kind, key, isArchived }) =>
      change(at(projectId, `${kind}s`, key, isArchived ? 'archive' : 'restore'), {
        method: 'POST',
        body: {},
      }),
    members: (projectId, { key, sample }) =>
      request<Members>(`${at(projectId, 'segments', key, 'members')}&limit=${sample}`),
    startExperiment: (projectId, key) =>
      change(at(projectId, 'experiments', key, 'start'), { method: 'POST', body: {} }),
    stopExperiment: (projectId, { key, winner }) =>
      change(at(projectId, 'experiments', key, 'stop'), {
        method: 'POST',
        body: winner === null ? {} : { winner },
      }),
  };
}

function faultsOf(error: unknown): readonly Fault[] {
  if (!(error instanceof ApiClientError)) throw error;
  const faults = readFaults(error.answer);
  return faults.length > 0 ? faults : [{ path: '', message: error.message.replace(/\.$/, '') }];
}

function readFaults(answer: unknown): readonly Fault[] {
  const { faults } = Object(answer) as { readonly faults?: unknown };
  if (!Array.isArray(faults)) return [];
  return faults.flatMap((fault) => {
    const { path, message } = Object(fault) as {
      readonly path?: unknown;
      readonly message?: unknown;
    };
    return typeof path === 'string' && typeof message === 'string' ? [{ path, message }] : [];
  });
}
