import { useCallback, useMemo, useState } from 'react';
import type { JsonValue } from '@px-platform/protocol';
import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import type { ExposureCount } from '../../api/api-client.js';
import { checkDefinition, type Definitions } from '@px-platform/protocol/definitions';
import type { Fault, SaveOptions, Stored, Version } from '../../flags/definitions-api.js';
import { withOptional } from '../../flags/draft.js';
import { type Drafts, useDraft } from '../../flags/use-draft.js';
import type { SeenExposure } from '../../flags/use-exposures.js';
import { routeHash } from '../../route/route.js';
import { ArchiveButton } from './archive-button.js';
import { ExposurePanel } from './exposure-panel.js';
import { Faults } from './faults.js';
import { Field } from './field.js';
import { HistoryPanel } from './history-panel.js';
import { JsonEditor } from './json-editor.js';
import { MetricsEditor } from './metrics-editor.js';
import { SaveBar } from './save-bar.js';
import { Segmented } from './segmented.js';
import { SharesEditor } from './shares-editor.js';

export interface ExperimentEditorProps {
  /** Version 0: it is new, and not stored yet. */
  readonly stored: Stored<ExperimentDefinition>;
  readonly definitions: Definitions;
  readonly environments: readonly string[];
  /** All that are stored. Null: not known yet. */
  readonly count: ExposureCount | null;
  /** The last ones of this experiment. */
  readonly seen: readonly SeenExposure[];
  readonly drafts: Drafts;
  /** Where what is written here belongs. */
  readonly place: string;
  readonly save: (options: SaveOptions<'experiment'>) => Promise<readonly Fault[]>;
  readonly archive: (isArchived: boolean) => Promise<readonly Fault[]>;
  readonly start: () => Promise<readonly Fault[]>;
  readonly stop: (winner: string | null) => Promise<readonly Fault[]>;
  readonly loadVersions: (key: string) => Promise<readonly Version<ExperimentDefinition>[]>;
}

type Side = 'live' | 'json' | 'history';
const SIDES: readonly (readonly [side: Side, name: string])[] = [
  ['live', 'Exposures'],
  ['json', 'JSON'],
  ['history', 'History'],
];

/** One experiment: what is asked, who gets what, by what it is judged; and who was exposed, beside. */
export function ExperimentEditor(props: ExperimentEditorProps) {
  const {
    stored,
    definitions,
    environments,
    count,
    seen,
    drafts,
    place,
    save,
    archive,
    start,
    stop,
    loadVersions,
  } = props;
  const [experiment, setExperiment] = useDraft(stored, { drafts, place });
  const [side, setSide] = useState<Side>('live');
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const [winner, setWinner] = useState('');
  const faults = useMemo(
    () =>
      checkDefinition(
        { kind: 'experiment', definition: experiment },
        { ...definitions, environments },
      ),
    [experiment, definitions, environments],
  );
  const load = useCallback(
    () => loadVersions(stored.definition.key),
    [loadVersions, stored.definition.key],
  );
  const { key, status } = experiment;
  const isChanged =
    stored.version === 0 || JSON.stringify(experiment) !== JSON.stringify(stored.definition);
  const flags = definitions.flags.filter(({ environments: all }) =>
    Object.values(all).some(({ rules }) => rules.some((rule) => rule.experiment === key)),
  );
  const others = definitions.experiments.filter((other) => other.key !== key);

  return (
    <div className="editor">
      <div className="editor-main">
        <header className="editor-head">
          <div className="editor-title">
            <h2>{key}</h2>
            <span className="tag" data-status={status}>
              {status}
              {experiment.phases.length > 1 && `, phase ${experiment.phases.at(-1)?.key}`}
            </span>
            {stored.archived_at !== null && <span className="tag">archived</span>}
          </div>
          {stored.version > 0 && !isChanged && (
            <div className="editor-actions">
              {status === 'running' ? (
                <>
                  <select
                    className="input"
                    aria-label="What everybody gets then"
                    value={winner}
                    onChange={({ target }) => setWinner(target.value)}
                  >
                    <option value="">no winner</option>
                    {experiment.variants.map((variant) => (
                      <option key={variant.key} value={variant.key}>
                        {variant.key} wins
                      </option>
                    ))}
                  </select>
                  <button
                    className="button"
                    type="button"
                    onClick={async () => setRefused(await stop(winner === '' ? null : winner))}
                  >
                    Stop
                  </button>
                </>
              ) : (
                <button
                  className="button button-strong"
                  type="button"
                  onClick={async () => setRefused(await start())}
                >
                  {status === 'draft' ? 'Start' : 'Start again'}
                </button>
              )}
            </div>
          )}
        </header>
        <Faults faults={[...refused, ...faults]} />
        <section className="card" aria-label="Question">
          <Field label="Hypothesis">
            {(id) => (
              <textarea
                id={id}
                className="input"
                rows={2}
                placeholder="We believe that … will …, because …"
                value={experiment.hypothesis}
                onChange={({ target }) =>
                  setExperiment({ ...experiment, hypothesis: target.value })
                }
              />
            )}
          </Field>
          <p className="field-hint">
            {flags.length === 0 ? (
              'No flag runs it yet: give a rule of one "Experiment" to get.'
            ) : (
              <>
                Run by{' '}
                {flags.map((flag, index) => (
                  <span key={flag.key}>
                    {index > 0 && ', '}
                    <a href={routeHash({ page: 'flags', key: flag.key })}>{flag.key}</a>
                  </span>
                ))}
                .
              </>
            )}
          </p>
        </section>
        <SharesEditor experiment={experiment} onExperiment={setExperiment} />
        <MetricsEditor
          metrics={experiment.metrics}
          onMetrics={(metrics) => setExperiment({ ...experiment, metrics })}
        />
        <section className="card" aria-label="Dealing">
          <h3>Dealing</h3>
          <div className="dealing">
            <Field
              label="Dealt by"
              hint="person, device, or an attribute such as account_id. Whoever is assigned stays so."
            >
              {(id) => (
                <input
                  id={id}
                  className="input"
                  type="text"
                  list="known-units"
                  autoComplete="off"
                  placeholder="person"
                  value={experiment.unit ?? ''}
                  onChange={({ target }) =>
                    setExperiment(
                      withOptional(experiment, 'unit', target.value.trim() || undefined),
                    )
                  }
                />
              )}
            </Field>
            <Field label="Holdout" hint="Keeps some people out of this one and others.">
              {(id) => (
                <select
                  id={id}
                  className="input"
                  value={experiment.holdout ?? ''}
                  onChange={({ target }) =>
                    setExperiment(withOptional(experiment, 'holdout', target.value || undefined))
                  }
                >
                  <option value="">none</option>
                  {others.map((other) => (
                    <option key={other.key} value={other.key}>
                      {other.key}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label="Planned units" hint="All variants together.">
              {(id) => (
                <input
                  id={id}
                  className="input"
                  type="number"
                  min={1}
                  value={experiment.plannedUnits ?? ''}
                  onChange={({ target }) => {
                    const units = Math.floor(Number(target.value));
                    setExperiment(
                      withOptional(experiment, 'plannedUnits', units > 0 ? units : undefined),
                    );
                  }}
                />
              )}
            </Field>
          </div>
        </section>
        {stored.version > 0 && (
          <ArchiveButton
            noun="experiment"
            isArchived={stored.archived_at !== null}
            onArchive={async (isArchived) => setRefused(await archive(isArchived))}
          />
        )}
      </div>
      <aside className="editor-side" aria-label="Beside">
        <Segmented label="Beside the experiment" parts={SIDES} chosen={side} onChoose={setSide} />
        {side === 'live' && <ExposurePanel experiment={experiment} count={count} seen={seen} />}
        {side === 'json' && (
          <section className="panel" aria-label="JSON">
            <JsonEditor
              label="The experiment"
              value={experiment as unknown as JsonValue}
              rows={28}
              onValue={(value) => {
                if (isExperimentLike(value))
                  setExperiment({ ...(value as ExperimentDefinition), key });
              }}
            />
          </section>
        )}
        {side === 'history' && (
          <HistoryPanel version={stored.version} load={load} onTakeUp={setExperiment} />
        )}
      </aside>
      <SaveBar
        isNew={stored.version === 0}
        isChanged={isChanged}
        faults={faults.length}
        onDiscard={() => setExperiment(stored.definition)}
        onSave={() => save({ kind: 'experiment', definition: experiment, basedOn: stored.version })}
      />
    </div>
  );
}

/** Enough of an experiment to be drawn; what else is wrong with it is said. */
function isExperimentLike(value: unknown): value is ExperimentDefinition {
  const { variants, phases, metrics, hypothesis } = Object(value) as Readonly<
    Record<string, unknown>
  >;
  const { goals } = Object(metrics) as { readonly goals?: unknown };
  return (
    typeof hypothesis === 'string' &&
    Array.isArray(phases) &&
    Array.isArray(goals) &&
    Array.isArray(variants) &&
    variants.every((each) => Array.isArray((Object(each) as { readonly range?: unknown }).range))
  );
}
