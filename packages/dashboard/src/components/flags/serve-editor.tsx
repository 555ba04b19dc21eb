import type {
  ExperimentDefinition,
  FlagDefinition,
  RuleDefinition,
} from '@px-platform/protocol/flags';
import { withPart } from '../../flags/draft.js';
import { Field } from './field.js';
import { RemoveButton } from './remove-button.js';
import { Segmented } from './segmented.js';

type Serving = Pick<RuleDefinition, 'serve' | 'split' | 'experiment' | 'unit'>;

type ServingKind = 'serve' | 'split' | 'experiment';
const KINDS: readonly (readonly [kind: ServingKind, name: string])[] = [
  ['serve', 'One variant'],
  ['split', 'Several'],
  ['experiment', 'Experiment'],
];

/** What a rule's audience gets: a variant, several by weight, or what an experiment says. */
export function ServeEditor({
  rule,
  flag,
  experiments,
  onServing,
}: {
  readonly rule: RuleDefinition;
  readonly flag: FlagDefinition;
  readonly experiments: readonly ExperimentDefinition[];
  readonly onServing: (serving: Serving) => void;
}) {
  const variants = Object.keys(flag.variants);
  const [first = ''] = variants;
  const kind: ServingKind =
    rule.experiment !== undefined ? 'experiment' : rule.split ? 'split' : 'serve';
  const unit = rule.unit === undefined ? {} : { unit: rule.unit };
  const servings: Readonly<Record<ServingKind, Serving>> = {
    serve: { serve: { variant: rule.split?.[0]?.variant ?? first }, ...unit },
    split: { split: variants.map((variant) => ({ variant, weight: 1 })), ...unit },
    experiment: { experiment: experiments[0]?.key ?? '' },
  };
  return (
    <div className="serve">
      <Segmented
        label="What they get"
        parts={KINDS}
        chosen={kind}
        onChoose={(name) => onServing(servings[name])}
      />
      {rule.serve && (
        <One
          serve={rule.serve}
          variants={variants}
          onServe={(serve) => onServing({ serve, ...unit })}
        />
      )}
      {rule.split && (
        <Several
          split={rule.split}
          variants={variants}
          onSplit={(split) => onServing({ split, ...unit })}
        />
      )}
      {kind === 'experiment' ? (
        <Field
          label="Experiment"
          hint={
            experiments.length === 0
              ? 'There is none yet. Write one on the page Experiments.'
              : undefined
          }
        >
          {(id) => (
            <select
              id={id}
              className="input"
              value={rule.experiment}
              onChange={({ target }) => onServing({ experiment: target.value })}
            >
              {experiments.map(({ key, status }) => (
                <option key={key} value={key}>
                  {key} ({status})
                </option>
              ))}
            </select>
          )}
        </Field>
      ) : (
        <Field label="Dealt by" hint={UNIT_HINTS[rule.unit ?? 'person']}>
          {(id) => (
            <input
              id={id}
              className="input"
              type="text"
              list="known-units"
              autoComplete="off"
              spellCheck={false}
              placeholder="person"
              value={rule.unit ?? ''}
              onChange={({ target }) => {
                const { serve, split } = rule;
                const unit = target.value.trim();
                onServing({
                  ...(serve && { serve }),
                  ...(split && { split }),
                  ...(unit !== '' && { unit }),
                });
              }}
            />
          )}
        </Field>
      )}
    </div>
  );
}

const UNIT_HINTS: Readonly<Record<string, string>> = {
  person: 'The same for a person on every device; before sign-in, for the device.',
  device: 'The same on a device, whoever uses it.',
};

function One({
  serve,
  variants,
  onServe,
}: {
  readonly serve: NonNullable<RuleDefinition['serve']>;
  readonly variants: readonly string[];
  readonly onServe: (serve: NonNullable<RuleDefinition['serve']>) => void;
}) {
  const { percent = 100 } = serve;
  return (
    <div className="serve-one">
      <Field label="Variant">
        {(id) => (
          <VariantSelect
            id={id}
            variants={variants}
            value={serve.variant}
            onVariant={(variant) => onServe({ ...serve, variant })}
          />
        )}
      </Field>
      <Field label="Rolled out to">
        {(id) => (
          <div className="slider">
            <input
              id={id}
              type="range"
              min={0}
              max={100}
              step={1}
              value={percent}
              aria-valuetext={`${percent} percent of the audience`}
              onChange={({ target }) => onServe({ ...serve, percent: Number(target.value) })}
            />
            <input
              className="input slider-number"
              type="number"
              min={0}
              max={100}
              step="any"
              aria-label="Rolled out to, percent"
              value={percent}
              onChange={({ target }) => {
                const typed = Number(target.value);
                if (Number.isFinite(typed))
                  onServe({ ...serve, percent: Math.min(100, Math.max(0, typed)) });
              }}
            />
            <span aria-hidden="true">%</span>
          </div>
        )}
      </Field>
    </div>
  );
}

function Several({
  split,
  variants,
  onSplit,
}: {
  readonly split: NonNullable<RuleDefinition['split']>;
  readonly variants: readonly string[];
  readonly onSplit: (split: NonNullable<RuleDefinition['split']>) => void;
}) {
  const sum = split.reduce((total, { weight }) => total + weight, 0) || 1;
  const unused = variants.find((name) => !split.some(({ variant }) => variant === name));
  return (
    <div className="serve-several">
      <div className="split-bar" aria-hidden="true">
        {split.map(({ variant, weight }, index) => (
          <i
            key={variant}
            className="split-part"
            data-part={index % 5}
            style={{ flexGrow: weight }}
          />
        ))}
      </div>
      {split.map((part, index) => (
        <div key={part.variant} className="split-row">
          <i className="split-part" data-part={index % 5} aria-hidden="true" />
          <VariantSelect
            label={`Variant ${index + 1}`}
            variants={variants}
            value={part.variant}
            onVariant={(variant) => onSplit(withPart(split, index, { ...part, variant }))}
          />
          <input
            className="input slider-number"
            type="number"
            min={0}
            step="any"
            aria-label={`Weight of ${part.variant}`}
            value={part.weight}
            onChange={({ target }) => {
              const weight = Number(target.value);
              if (Number.isFinite(weight) && weight >= 0)
                onSplit(withPart(split, index, { ...part, weight }));
            }}
          />
          <span className="split-share">{Math.round((part.weight / sum) * 1_000) / 10} %</span>
          <RemoveButton
            label={`Take ${part.variant} out`}
            disabled={split.length === 1}
            onRemove={() => onSplit(withPart(split, index, null))}
          />
        </div>
      ))}
      {unused !== undefined && (
        <button
          className="button button-plain audience-add"
          type="button"
          onClick={() => onSplit([...split, { variant: unused, weight: 1 }])}
        >
          And {unused}
        </button>
      )}
    </div>
  );
}

export function VariantSelect({
  id,
  label,
  variants,
  value,
  onVariant,
}: {
  readonly id?: string;
  readonly label?: string;
  readonly variants: readonly string[];
  readonly value: string;
  readonly onVariant: (variant: string) => void;
}) {
  return (
    <select
      id={id}
      className="input"
      aria-label={label}
      value={value}
      onChange={({ target }) => onVariant(target.value)}
    >
      {variants.includes(value) || <option value={value}>{value} (no such variant)</option>}
      {variants.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
