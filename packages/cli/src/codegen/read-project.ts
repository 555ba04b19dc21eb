import type { TrackingPlan } from '@px-platform/protocol';
import type { ExperimentDefinition, FlagDefinition } from '@px-platform/protocol/flags';
import { UsageError } from '../config.js';

/** What there is to write types of. */
export interface Project {
  /** Its id. */
  readonly project: string;
  readonly flags: readonly Stored<FlagDefinition>[];
  readonly experiments: readonly Stored<ExperimentDefinition>[];
  readonly events: TrackingPlan['events'];
}

/** As the API answers it. */
export interface Stored<Definition> {
  readonly key: string;
  readonly definition: Definition;
  /** Null: it counts. */
  readonly archived_at: string | null;
}

type Ask = (method: string, path: string) => Promise<unknown>;

/** Reads it from the API. Throws `UsageError` where there is no such project, or where no API answers. */
export async function readProject(
  ask: Ask,
  { endpoint, project: named }: { readonly endpoint: string; readonly project: string | undefined },
): Promise<Project> {
  const list = async <Each>(path: string, name: string): Promise<readonly Each[]> => {
    const found = (Object(await ask('GET', path)) as Readonly<Record<string, unknown>>)[name];
    if (Array.isArray(found)) return found as Each[];
    throw new UsageError(
      `${endpoint}${path} answers without a list of ${name}: it is no API of PX, or an older one. Say where it is with --endpoint.`,
    );
  };
  const projects = (await list<{ readonly id: string }>('/v1/projects', 'projects')).map(
    ({ id }) => id,
  );
  const [only, ...others] = projects;
  const project = named ?? (others.length === 0 ? only : undefined);
  if (project === undefined || !projects.includes(project)) {
    const open = projects.length === 0 ? 'none' : projects.join(', ');
    throw new UsageError(
      named === undefined
        ? `px codegen: the key opens ${projects.length} projects (${open}). Say which with --project.`
        : `px codegen: the key opens no project ${JSON.stringify(named)}; there is ${open}.`,
    );
  }
  const query = new URLSearchParams({ project, archived: 'true' }).toString();
  return {
    project,
    flags: await list(`/v1/flags?${query}`, 'flags'),
    experiments: await list(`/v1/experiments?${query}`, 'experiments'),
    events: await list(`/v1/projects/${encodeURIComponent(project)}/schemas`, 'events'),
  };
}
