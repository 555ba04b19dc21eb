import { useState } from 'react';
import type {
  ExperimentDefinition,
  FlagDefinition,
  RuleDefinition,
  SegmentDefinition,
} from '@px-platform/protocol/flags';
import type { Fault } from '../../flags/definitions-api.js';
import { withOptional } from '../../flags/draft.js';
import { audienceSentence, servingSentence } from '../../flags/sentence.js';
import { Icon } from '../icon.js';
import { AudienceEditor } from './audience-editor.js';
import { Faults } from './faults.js';
import { Field } from './field.js';
import { ScheduleEditor } from './schedule-editor.js';
import { ServeEditor } from './serve-editor.js';

export interface RuleCardProps {
  readonly rule: RuleDefinition;
  readonly number: number;
  readonly count: number;
  readonly flag: FlagDefinition;
  readonly experiments: readonly ExperimentDefinition[];
  readonly segments: readonly SegmentDefinition[];
  /** What is wrong with it, by where in it. */
  readonly faults: readonly Fault[];
  /** Whether this is the rule that decided for whom is tried. */
  readonly isDecisive: boolean;
  readonly onRule: (rule: RuleDefinition | null) => void;
  readonly onMove: (by: -1 | 1) => void;
}

/** One rule: for whom, and what they get. Folded it is a sentence. */
export function RuleCard(props: RuleCardProps) {
  const { rule, number, count, flag, experiments, segments, faults, isDecisive, onRule, onMove } =
    props;
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="rule" data-decisive={isDecisive || undefined}>
      <div className="rule-head">
        <button
          className="rule-toggle"
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <span className="rule-number">{number}</span>
          <span className="rule-sentence">
            <span className="rule-audience">{rule.description || audienceSentence(rule)}</span>
            <span className="rule-serving">{servingSentence(rule)}</span>
          </span>
          {isDecisive && <span className="badge rule-decisive">decides</span>}
          {faults.length > 0 && (
            <span className="badge" data-kind="rejected">
              wrong
            </span>
          )}
          <Icon name="chevron" />
        </button>
      </div>
      {rule.serve && !isOpen && <Share percent={rule.serve.percent ?? 100} />}
      {isOpen && (
        <div className="rule-body">
          <Faults faults={faults} />
          <section aria-label="For whom">
            <h4>For</h4>
            <AudienceEditor
              audience={rule}
              segments={segments}
              onAudience={(change) => onRule({ ...rule, ...change })}
            />
          </section>
          <section aria-label="What they get">
            <h4>They get</h4>
            <ServeEditor
              rule={rule}
              flag={flag}
              experiments={experiments}
              onServing={(serving) => {
                const { serve: _, split: __, experiment: ___, unit: ____, ...audience } = rule;
                onRule({ ...audience, ...serving });
              }}
            />
          </section>
          <section aria-label="When">
            <h4>When</h4>
            <ScheduleEditor
              schedule={rule.schedule}
              onSchedule={(schedule) => onRule(withOptional(rule, 'schedule', schedule))}
            />
          </section>
          <Field label="In words" hint="Shown in place of the conditions.">
            {(id) => (
              <input
                id={id}
                className="input"
                type="text"
                value={rule.description ?? ''}
                onChange={({ target }) =>
                  onRule(withOptional(rule, 'description', target.value || undefined))
                }
              />
            )}
          </Field>
          <div className="rule-actions">
            <button
              className="button"
              type="button"
              disabled={number === 1}
              onClick={() => onMove(-1)}
            >
              Earlier
            </button>
            <button
              className="button"
              type="button"
              disabled={number === count}
              onClick={() => onMove(1)}
            >
              Later
            </button>
            <span className="header-space" />
            <button className="button button-danger" type="button" onClick={() => onRule(null)}>
              Delete the rule
            </button>
          </div>
        </div>
      )}
    </li>
  );
}

function Share({ percent }: { readonly percent: number }) {
  return (
    <div className="share" aria-hidden="true">
      <i className="share-part" style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}
