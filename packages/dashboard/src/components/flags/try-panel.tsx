import { useState } from 'react';
import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { FlagDefinition, VerdictReason } from '@px-platform/protocol/flags';
import { type Trial, type TrialOptions } from '../../flags/try-flag.js';
import { JsonEditor } from './json-editor.js';

const REASONS: Readonly<Record<VerdictReason, string>> = {
  unknown: 'there is no such flag',
  default: 'no rule applies',
  forced: 'a rule says so',
  experiment: 'an experiment decides',
  override: 'somebody who tests said so',
  prerequisite: 'another flag is not as required',
  cycle: 'the flag depends on itself',
};

export const SOMEBODY: JsonObject = {
  user_id: 'u-42',
  country: 'BR',
  plan: 'pro',
  $visits: 3,
};

/** Somebody, and what they would get and why: of the flag as it is written here, stored or not. */
export function TryPanel({
  flag,
  trial,
  attributes,
  onAttributes,
}: {
  readonly flag: FlagDefinition;
  readonly trial: Trial;
  readonly attributes: TrialOptions['attributes'];
  readonly onAttributes: (attributes: JsonObject) => void;
}) {
  const { verdict, rules } = trial;
  const [isObject, setObject] = useState(true);
  return (
    <section className="panel" aria-label="Try it">
      <h3>Try it</h3>
      <p className="field-hint">Somebody with these attributes, of the flag as it stands here:</p>
      <JsonEditor
        label="Attributes"
        value={attributes}
        rows={6}
        onValue={(value) => {
          const given = asObject(value);
          setObject(given !== null);
          if (given) onAttributes(given);
        }}
      />
      {!isObject && <p className="field-fault">Attributes are an object.</p>}
      <div className="verdict" role="status" aria-label="Verdict">
        <code className="verdict-value">{JSON.stringify(verdict.value)}</code>
        <span className="verdict-variant">{verdict.variant ?? flag.key}</span>
        <p className="verdict-why">
          {REASONS[verdict.reason]}
          {verdict.ruleId !== null && (
            <>
              : <code>{verdict.ruleId}</code>
            </>
          )}
          {verdict.bucket !== null && ` · bucket ${(verdict.bucket * 100).toFixed(2)} %`}
        </p>
      </div>
      {rules.length > 0 && (
        <ol className="trial">
          {rules.map(({ id, outcome, why }, index) => (
            <li key={id} data-outcome={outcome}>
              <span className="rule-number">{index + 1}</span>
              <code>{id}</code>
              <span className="trial-why">
                {outcome === 'decides' ? 'decides' : outcome === 'unreached' ? 'not reached' : why}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function asObject(value: JsonValue): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}
