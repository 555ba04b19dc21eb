import { useState } from 'react';
import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import { usesOf } from '@px-platform/protocol/definitions';
import type { ExposureCount } from '../../api/api-client.js';
import type { Fault } from '../../flags/definitions-api.js';
import { withOptional } from '../../flags/draft.js';
import { usersOf } from '../../flags/uses-words.js';
import { type EditorProps, useEditor } from '../../flags/use-editor.js';
import type { SeenExposure } from '../../flags/use-exposures.js';
import { routeHash } from '../../route/route.js';
import { EditorFrame } from './editor-frame.js';
import { ExposurePanel } from './exposure-panel.js';
import { Faults } from './faults.js';
import { Field } from './field.js';
import { MetricsEditor } from './metrics-editor.js';
import { SharesEditor } from './shares-editor.js';

export interface ExperimentEditorProps extends EditorProps<'experiment'> {
  /** All that are stored. Null: not known yet. */
  readonly count: ExposureCount | null;
  /** The last ones of this experiment. */
  readonly seen: readonly SeenExposure[];
  readonly start: () => Promise<readonly Fault[]>;
  readonly stop: (winner: string | null) => Promise<readonly Fault[]>;
}

/** One experiment: what is asked, who gets what, by what it is judged; and who was exposed, beside. */
export function ExperimentEditor(props: ExperimentEditorProps) {
  const { stored, definitions, count, seen, start, stop } = props;
  const edited = useEditor('experiment', props);
  const { draft: experiment, setDraft: setExperiment, faults, refused, setRefused } = edited;
  const [winner, setWinner] = useState('');
  const { key, status } = experiment;
  const uses = usesOf({ kind: 'experiment', key }, definitions).filter(({ as }) => as === 'run');
  const flags = usersOf(uses, definitions.flags);
  const others = definitions.experiments.filter((other) => other.key !== key);

  return (
    <EditorFrame
      edited={edited}
      noun="experiment"
      tags={
        <span className="tag" data-status={status}>
          {status}
          {experiment.phases.length > 1 && `, phase ${experiment.phases.at(-1)?.key}`}
        </span>
      }
      actions={
        stored.version > 0 &&
        !edited.isChanged && (
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
        )
      }
      beside={{
        name: 'Exposures',
        panel: <ExposurePanel experiment={experiment} count={count} seen={seen} />,
      }}
      isLike={isExperimentLike}
    >
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
              onChange={({ target }) => setExperiment({ ...experiment, hypothesis: target.value })}
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
                  <a href={routeHash(flag.route)}>{flag.key}</a>
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
                  setExperiment(withOptional(experiment, 'unit', target.value.trim() || undefined))
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
    </EditorFrame>
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
