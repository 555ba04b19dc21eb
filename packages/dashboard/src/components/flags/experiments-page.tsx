import { useEffect, useMemo, useState } from 'react';
import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import type { ApiClient } from '../../api/api-client.js';
import { type Fault, living, shownOf } from '../../flags/definitions-api.js';
import type { Drafts } from '../../flags/use-draft.js';
import { useCatalog } from '../../flags/use-catalog.js';
import { useExposureCount } from '../../flags/use-exposure-count.js';
import { useExposures } from '../../flags/use-exposures.js';
import type { UseLiveOptions } from '../../live/use-live.js';
import type { Route } from '../../route/route.js';
import { Notice } from '../notice.js';
import { PageHeader, type Place } from '../page-header.js';
import { DefinitionList } from './definition-list.js';
import { ExperimentEditor } from './experiment-editor.js';
import { KnownAttributes } from './known-attributes.js';

export interface ExperimentsPageProps extends Omit<UseLiveOptions, 'projectId'> {
  readonly api: ApiClient;
  readonly place: Place;
  readonly chosen: string | null;
  readonly onRoute: (route: Route) => void;
  /** What was changed and not published yet. */
  readonly drafts: Drafts;
}

/** The project's experiments: which there are, and one of them to write, start and stop. */
export function ExperimentsPage({
  api,
  place,
  chosen,
  onRoute,
  drafts,
  ...live
}: ExperimentsPageProps) {
  const { project } = place;
  const [state, reload] = useCatalog(api, project.id);
  const exposures = useExposures({ projectId: project.id, ...live });
  const seen = useMemo(
    () => exposures.filter(({ experiment }) => experiment === chosen),
    [exposures, chosen],
  );
  const count = useExposureCount(api, {
    projectId: project.id,
    experiment: chosen ?? '',
    seen: seen.length,
  });
  const [fresh, setFresh] = useState<ExperimentDefinition | null>(null);
  const versions = useMemo(
    () => (key: string) => api.versions(project.id, { kind: 'experiment', key }),
    [api, project.id],
  );
  useEffect(() => {
    document.title = `${chosen ?? 'Experiments'} · ${project.name} · PX`;
  }, [chosen, project.name]);
  if (state.state === 'loading') return <Notice kind="loading" />;
  if (state.state === 'failed')
    return <Notice kind="failed" message={state.message} onRetry={() => void reload()} />;
  const { catalog } = state;
  const shown = shownOf(catalog.experiment, fresh, chosen);
  const then = async (faults: readonly Fault[]) => {
    if (faults.length === 0) await reload();
    return faults;
  };
  return (
    <div className="workbench" data-chosen={shown !== null || undefined}>
      <PageHeader {...place} title="Experiments" />
      <KnownAttributes />
      <DefinitionList
        chosen={{ page: 'experiments', key: chosen }}
        sections={[
          {
            page: 'experiments',
            noun: 'experiment',
            entries: catalog.experiment.map(({ definition, archived_at }) => ({
              key: definition.key,
              sentence: `${definition.status} · ${definition.variants.map(({ key }) => key).join(' / ')}`,
              state:
                archived_at !== null ? 'archived' : definition.status === 'running' ? 'on' : 'off',
              words: `${definition.name ?? ''} ${definition.hypothesis}`,
            })),
            onNew: (key) => {
              setFresh(newExperiment(key));
              onRoute({ page: 'experiments', key });
            },
          },
        ]}
      />
      <main className="workbench-main">
        {shown ? (
          <ExperimentEditor
            key={shown.definition.key}
            stored={shown}
            drafts={drafts}
            place={`${project.id} experiment ${shown.definition.key}`}
            definitions={living(catalog)}
            environments={catalog.environments}
            count={count}
            seen={seen}
            loadVersions={versions}
            save={async (options) => then(await api.putDefinition(project.id, options))}
            archive={async (isArchived) =>
              then(
                await api.archive(project.id, {
                  kind: 'experiment',
                  key: shown.definition.key,
                  isArchived,
                }),
              )
            }
            start={async () => then(await api.startExperiment(project.id, shown.definition.key))}
            stop={async (winner) =>
              then(await api.stopExperiment(project.id, { key: shown.definition.key, winner }))
            }
          />
        ) : (
          <div className="workbench-empty">
            <h2>{chosen === null ? 'Experiments' : `There is no experiment ${chosen}`}</h2>
            <p>
              An experiment deals people into variants, the same ones at every visit, and tells who
              was exposed to which, once. A rule of a flag runs it.
            </p>
            <pre className="code">{`const { variant } = PX.getExperiment('checkout_flow_v2')`}</pre>
          </div>
        )}
      </main>
    </div>
  );
}

function newExperiment(key: string): ExperimentDefinition {
  return {
    key,
    hypothesis: '',
    status: 'draft',
    variants: [
      { key: 'control', range: [0, 0.5] },
      { key: 'treatment', range: [0.5, 1] },
    ],
    phases: [],
    metrics: { goals: [] },
  };
}
