import { useCallback, useMemo, useState } from 'react';
import type { JsonObject, JsonValue } from '@px-platform/protocol';
import type { FlagDefinition, FlagEnvironment } from '@px-platform/protocol/flags';
import { checkDefinition, type Definitions } from '@px-platform/protocol/definitions';
import type { Fault, SaveOptions, Stored, Version } from '../../flags/definitions-api.js';
import {
  environmentOf,
  moved,
  newRule,
  withEnvironment,
  withOptional,
  withPart,
} from '../../flags/draft.js';
import { type Drafts, useDraft } from '../../flags/use-draft.js';
import { tryFlag } from '../../flags/try-flag.js';
import { ArchiveButton } from './archive-button.js';
import { Faults } from './faults.js';
import { HistoryPanel } from './history-panel.js';
import { JsonEditor } from './json-editor.js';
import { RuleCard } from './rule-card.js';
import { SaveBar } from './save-bar.js';
import { Segmented } from './segmented.js';
import { Switch } from './switch.js';
import { SOMEBODY, TryPanel } from './try-panel.js';
import { VariantsEditor } from './variants-editor.js';

export interface FlagEditorProps {
  /** Version 0: it is new, and not stored yet. */
  readonly stored: Stored<FlagDefinition>;
  readonly definitions: Definitions;
  readonly environments: readonly string[];
  readonly environment: string;
  readonly drafts: Drafts;
  /** Where what is written here belongs. */
  readonly place: string;
  readonly save: (options: SaveOptions<'flag'>) => Promise<readonly Fault[]>;
  readonly archive: (isArchived: boolean) => Promise<readonly Fault[]>;
  readonly loadVersions: (key: string) => Promise<readonly Version<FlagDefinition>[]>;
}

type Side = 'try' | 'json' | 'history';
const SIDES: readonly (readonly [side: Side, name: string])[] = [
  ['try', 'Try it'],
  ['json', 'JSON'],
  ['history', 'History'],
];

/** One flag in one environment: whether it is on, its rules, its values; the JSON of it, and a trial, beside. */
export function FlagEditor(props: FlagEditorProps) {
  const {
    stored,
    definitions,
    environments,
    environment,
    drafts,
    place,
    save,
    archive,
    loadVersions,
  } = props;
  const [flag, setFlag] = useDraft(stored, { drafts, place });
  const [attributes, setAttributes] = useState<JsonObject>(SOMEBODY);
  const [side, setSide] = useState<Side>('try');
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const { isOn, rules } = environmentOf(flag, environment);
  const faults = useMemo(
    () => checkDefinition({ kind: 'flag', definition: flag }, { ...definitions, environments }),
    [flag, definitions, environments],
  );
  const isSound = useMemo(() => isFlagLike(flag), [flag]);
  const [now] = useState(() => Date.now());
  const trial = useMemo(
    () => (isSound ? tryFlag(flag, { definitions, environment, attributes, now }) : null),
    [isSound, flag, definitions, environment, attributes, now],
  );
  const load = useCallback(
    () => loadVersions(stored.definition.key),
    [loadVersions, stored.definition.key],
  );
  const change = (part: Partial<FlagEnvironment>) =>
    setFlag(withEnvironment(flag, environment, part));
  const base = `environments.${environment}.rules[`;
  const elsewhere = faults.filter(({ path }) => !path.startsWith(base));

  return (
    <div className="editor">
      <div className="editor-main">
        <header className="editor-head">
          <div className="editor-title">
            <h2>{flag.key}</h2>
            <span className="tag">{flag.type}</span>
            {stored.archived_at !== null && <span className="tag">archived</span>}
          </div>
          <Switch
            label={`${flag.key} in ${environment}`}
            isOn={isOn}
            onChange={(next) => change({ isOn: next })}
          />
        </header>
        <input
          className="input editor-description"
          type="text"
          aria-label="What it is for"
          placeholder="What is it for?"
          value={flag.description ?? ''}
          onChange={({ target }) => {
            setFlag(withOptional(flag, 'description', target.value || undefined));
          }}
        />
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
                faults={faults.flatMap((fault) => within(fault, `${base}${index}]`))}
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
                    Object.keys(flag.variants).find((name) => name !== flag.default) ??
                      flag.default,
                  ),
                ],
              })
            }
          >
            Add a rule
          </button>
        </section>
        <VariantsEditor flag={flag} onFlag={setFlag} />
        {stored.version > 0 && (
          <ArchiveButton
            noun="flag"
            isArchived={stored.archived_at !== null}
            onArchive={async (isArchived) => setRefused(await archive(isArchived))}
          />
        )}
      </div>
      <aside className="editor-side" aria-label="Beside">
        <Segmented label="Beside the flag" parts={SIDES} chosen={side} onChoose={setSide} />
        {side === 'try' && trial && (
          <TryPanel
            flag={flag}
            trial={trial}
            attributes={attributes}
            onAttributes={setAttributes}
          />
        )}
        {side === 'json' && (
          <section className="panel" aria-label="JSON">
            <JsonEditor
              label="The flag"
              value={flag as unknown as JsonValue}
              rows={28}
              onValue={(value) => {
                if (isFlagLike(value)) setFlag({ ...(value as FlagDefinition), key: flag.key });
              }}
            />
          </section>
        )}
        {side === 'history' && (
          <HistoryPanel version={stored.version} load={load} onTakeUp={setFlag} />
        )}
      </aside>
      <SaveBar
        isNew={stored.version === 0}
        isChanged={
          stored.version === 0 || JSON.stringify(flag) !== JSON.stringify(stored.definition)
        }
        faults={faults.length}
        onDiscard={() => setFlag(stored.definition)}
        onSave={() => save({ kind: 'flag', definition: flag, basedOn: stored.version })}
      />
    </div>
  );
}

/** A fault of one rule, with its path from there. */
function within({ path, message }: Fault, base: string): readonly Fault[] {
  return path.startsWith(base)
    ? [{ path: path.slice(base.length).replace(/^\./, ''), message }]
    : [];
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
