import { useMemo, useState } from 'react';
import type { JsonObject } from '@px-platform/protocol';
import type { FlagDefinition, FlagEnvironment } from '@px-platform/protocol/flags';
import {
  environmentOf,
  faultsWithin,
  moved,
  newRule,
  withEnvironment,
  withPart,
} from '../../flags/draft.js';
import { type EditorProps, useEditor } from '../../flags/use-editor.js';
import { tryFlag } from '../../flags/try-flag.js';
import { DescriptionInput } from './description-input.js';
import { EditorFrame } from './editor-frame.js';
import { Faults } from './faults.js';
import { RuleCard } from './rule-card.js';
import { Switch } from './switch.js';
import { SOMEBODY, TryPanel } from './try-panel.js';
import { VariantsEditor } from './variants-editor.js';

export interface FlagEditorProps extends EditorProps<'flag'> {
  readonly environment: string;
}

/** One flag in one environment: whether it is on, its rules, its values; the JSON of it, and a trial, beside. */
export function FlagEditor(props: FlagEditorProps) {
  const { definitions, environment } = props;
  const edited = useEditor('flag', props);
  const { draft: flag, setDraft: setFlag, faults, refused } = edited;
  const [attributes, setAttributes] = useState<JsonObject>(SOMEBODY);
  const { isOn, rules } = environmentOf(flag, environment);
  const isSound = useMemo(() => isFlagLike(flag), [flag]);
  const [now] = useState(() => Date.now());
  const trial = useMemo(
    () => (isSound ? tryFlag(flag, { definitions, environment, attributes, now }) : null),
    [isSound, flag, definitions, environment, attributes, now],
  );
  const change = (part: Partial<FlagEnvironment>) =>
    setFlag(withEnvironment(flag, environment, part));
  const base = `environments.${environment}.rules[`;
  const elsewhere = faults.filter(({ path }) => !path.startsWith(base));

  return (
    <EditorFrame
      edited={edited}
      noun="flag"
      tags={<span className="tag">{flag.type}</span>}
      actions={
        <Switch
          label={`${flag.key} in ${environment}`}
          isOn={isOn}
          onChange={(next) => change({ isOn: next })}
        />
      }
      beside={{
        name: 'Try it',
        panel: trial && (
          <TryPanel
            flag={flag}
            trial={trial}
            attributes={attributes}
            onAttributes={setAttributes}
          />
        ),
      }}
      isLike={isFlagLike}
    >
      <DescriptionInput definition={flag} onDefinition={setFlag} />
      <Faults faults={[...refused, ...elsewhere]} />
      <section className="card" aria-label={`Rules in ${environment}`}>
        <h3>
          Rules <span className="card-note">the first that applies decides</span>
        </h3>
        {isOn || <p className="off-note">Off in {environment}: nobody comes to the rules.</p>}
        <ol className="rules">
          {rules.map((rule, index) => (
            <RuleCard
              key={rule.id}
              rule={rule}
              number={index + 1}
              count={rules.length}
              flag={flag}
              experiments={definitions.experiments}
              segments={definitions.segments}
              faults={faultsWithin(faults, `${base}${index}]`)}
              isDecisive={trial?.rules[index]?.outcome === 'decides'}
              onRule={(next) => change({ rules: withPart(rules, index, next) })}
              onMove={(by) => change({ rules: moved(rules, index, index + by) })}
            />
          ))}
          <li
            className="rule rule-else"
            data-decisive={trial?.verdict.reason === 'default' || undefined}
          >
            <span className="rule-sentence">
              <span className="rule-audience">Everybody else</span>
              <span className="rule-serving">
                {isOn ? flag.default : (flag.off ?? flag.default)}
              </span>
            </span>
          </li>
        </ol>
        <button
          className="button"
          type="button"
          onClick={() =>
            change({
              rules: [
                ...rules,
                newRule(
                  rules,
                  Object.keys(flag.variants).find((name) => name !== flag.default) ?? flag.default,
                ),
              ],
            })
          }
        >
          Add a rule
        </button>
      </section>
      <VariantsEditor flag={flag} onFlag={setFlag} />
    </EditorFrame>
  );
}

/** Enough of a flag to be drawn; what else is wrong with it is said. */
function isFlagLike(value: unknown): value is FlagDefinition {
  const {
    variants,
    environments,
    default: fallback,
    type,
  } = Object(value) as Readonly<Record<string, unknown>>;
  return (
    typeof type === 'string' &&
    typeof fallback === 'string' &&
    isRecord(variants) &&
    isRecord(environments) &&
    Object.values(environments).every((each) => {
      const { rules } = Object(each) as { readonly rules?: unknown };
      return (
        Array.isArray(rules) &&
        rules.every((rule) => isRecord(rule) && typeof rule['id'] === 'string')
      );
    })
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
