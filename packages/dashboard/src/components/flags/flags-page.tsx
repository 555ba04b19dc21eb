import { useEffect, useMemo, useState } from 'react';
import type { FlagDefinition, FlagType } from '@px-platform/protocol/flags';
import type { ApiClient } from '../../api/api-client.js';
import { living, shownOf } from '../../flags/definitions-api.js';
import { newFlag } from '../../flags/draft.js';
import { flagSentence } from '../../flags/sentence.js';
import type { Drafts } from '../../flags/use-draft.js';
import { useCatalog } from '../../flags/use-catalog.js';
import type { Route } from '../../route/route.js';
import { Notice } from '../notice.js';
import { PageHeader, type Place } from '../page-header.js';
import { DefinitionList } from './definition-list.js';
import { EnvironmentSelect } from './environment-select.js';
import { FlagEditor } from './flag-editor.js';
import { KnownAttributes } from './known-attributes.js';

export interface FlagsPageProps {
  readonly api: ApiClient;
  readonly place: Place;
  readonly chosen: string | null;
  readonly onRoute: (route: Route) => void;
  /** What was changed and not published yet. */
  readonly drafts: Drafts;
}

/** The project's flags: which there are, and one of them to change. */
export function FlagsPage({ api, place, chosen, onRoute, drafts }: FlagsPageProps) {
  const { project } = place;
  const [state, reload] = useCatalog(api, project.id);
  const [environment, setEnvironment] = useState('production');
  const [fresh, setFresh] = useState<FlagDefinition | null>(null);
  const [type, setType] = useState<FlagType>('boolean');
  const versions = useMemo(
    () => (key: string) => api.versions(project.id, { kind: 'flag', key }),
    [api, project.id],
  );
  useEffect(() => {
    document.title = `${chosen ?? 'Flags'} · ${project.name} · PX`;
  }, [chosen, project.name]);
  if (state.state === 'loading') return <Notice kind="loading" />;
  if (state.state === 'failed')
    return <Notice kind="failed" message={state.message} onRetry={() => void reload()} />;
  const { catalog } = state;
  const shown = shownOf(catalog.flag, fresh, chosen);
  return (
    <div className="workbench" data-chosen={shown !== null || undefined}>
      <PageHeader
        {...place}
        title="Flags"
        actions={
          <EnvironmentSelect
            environments={catalog.environments}
            environment={environment}
            onEnvironment={setEnvironment}
          />
        }
      />
      <KnownAttributes />
      <DefinitionList
        chosen={{ page: 'flags', key: chosen }}
        sections={[
          {
            page: 'flags',
            noun: 'flag',
            entries: catalog.flag.map(({ definition, archived_at }) => ({
              key: definition.key,
              sentence: flagSentence(definition, environment),
              state:
                archived_at !== null
                  ? 'archived'
                  : definition.environments[environment]?.isOn
                    ? 'on'
                    : 'off',
              words: [definition.description, ...(definition.tags ?? [])].join(' '),
            })),
            onNew: (key) => {
              setFresh(newFlag(key, type));
              onRoute({ page: 'flags', key });
            },
            children: (
              <select
                className="input"
                aria-label="Its values are"
                value={type}
                onChange={({ target }) => setType(target.value as FlagType)}
              >
                <option value="boolean">on or off</option>
                <option value="string">texts</option>
                <option value="number">numbers</option>
                <option value="json">JSON</option>
              </select>
            ),
          },
        ]}
      />
      <main className="workbench-main">
        {shown ? (
          <FlagEditor
            key={shown.definition.key}
            stored={shown}
            drafts={drafts}
            place={`${project.id} flag ${shown.definition.key}`}
            definitions={living(catalog)}
            environments={catalog.environments}
            environment={environment}
            loadVersions={versions}
            save={async (options) => {
              const faults = await api.putDefinition(project.id, options);
              if (faults.length === 0) await reload();
              return faults;
            }}
            archive={async (isArchived) => {
              const { key } = shown.definition;
              const faults = await api.archive(project.id, { kind: 'flag', key, isArchived });
              if (faults.length === 0) await reload();
              return faults;
            }}
          />
        ) : (
          <div className="workbench-empty">
            <h2>{chosen === null ? 'Flags' : `There is no flag ${chosen}`}</h2>
            <p>
              A flag is a value that you can change without a release, for everybody or for some.
              Clients decide by themselves, and have a change within a second.
            </p>
            <pre className="code">{`PX.getFlag('new_onboarding', { user_id, segment })`}</pre>
          </div>
        )}
      </main>
    </div>
  );
}
