import type { JsonValue } from '@px-platform/protocol';
import type { FlagDefinition } from '@px-platform/protocol/flags';
import { withVariantNamed } from '../../flags/draft.js';
import { Field } from './field.js';
import { VariantSelect } from './serve-editor.js';
import { RemoveButton } from './remove-button.js';

/** The values a flag can have, and which of them everybody else gets. */
export function VariantsEditor({
  flag,
  onFlag,
}: {
  readonly flag: FlagDefinition;
  readonly onFlag: (flag: FlagDefinition) => void;
}) {
  const variants = Object.entries(flag.variants);
  const names = variants.map(([name]) => name);
  const addName = () => {
    let number = names.length + 1;
    while (names.includes(`variant-${number}`)) number += 1;
    const value: JsonValue =
      flag.type === 'boolean'
        ? true
        : flag.type === 'number'
          ? number
          : flag.type === 'json'
            ? {}
            : '';
    onFlag({ ...flag, variants: { ...flag.variants, [`variant-${number}`]: value } });
  };
  return (
    <section className="card" aria-label="Variants">
      <h3>Variants</h3>
      <div className="variants">
        {variants.map(([name, value], index) => (
          // A name changes as it is typed; its place does not.
          <div key={index} className="variant">
            <input
              className="input"
              type="text"
              spellCheck={false}
              autoComplete="off"
              aria-label={`Name of variant ${index + 1}`}
              value={name}
              onChange={({ target }) => {
                const to = target.value.trim();
                if (!names.includes(to)) onFlag(withVariantNamed(flag, name, to));
              }}
            />
            <VariantValue
              flag={flag}
              name={name}
              value={value}
              onValue={(next) => onFlag({ ...flag, variants: { ...flag.variants, [name]: next } })}
            />
            <RemoveButton
              label={`Take variant ${name} out`}
              disabled={variants.length === 1}
              onRemove={() =>
                onFlag({
                  ...flag,
                  variants: Object.fromEntries(variants.filter(([each]) => each !== name)),
                })
              }
            />
          </div>
        ))}
      </div>
      {(flag.type !== 'boolean' || variants.length < 2) && (
        <button className="button button-plain audience-add" type="button" onClick={addName}>
          Another variant
        </button>
      )}
      <div className="variant-choices">
        <Field label="Everybody else gets">
          {(id) => (
            <VariantSelect
              id={id}
              variants={names}
              value={flag.default}
              onVariant={(variant) => onFlag({ ...flag, default: variant })}
            />
          )}
        </Field>
        <Field label="Where it is off">
          {(id) => (
            <VariantSelect
              id={id}
              variants={names}
              value={flag.off ?? flag.default}
              onVariant={(variant) => onFlag({ ...flag, off: variant })}
            />
          )}
        </Field>
      </div>
    </section>
  );
}

function VariantValue({
  flag,
  name,
  value,
  onValue,
}: {
  readonly flag: FlagDefinition;
  readonly name: string;
  readonly value: JsonValue;
  readonly onValue: (value: JsonValue) => void;
}) {
  const label = `Value of ${name}`;
  if (flag.type === 'boolean') {
    return (
      <select
        className="input"
        aria-label={label}
        value={typeof value === 'string' ? value : JSON.stringify(value)}
        onChange={({ target }) => onValue(target.value === 'true')}
      >
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    );
  }
  if (flag.type === 'json') {
    const text = JSON.stringify(value);
    return (
      <input
        className="input mono"
        type="text"
        spellCheck={false}
        aria-label={label}
        key={text}
        defaultValue={text}
        onBlur={({ target }) => {
          try {
            onValue(JSON.parse(target.value) as JsonValue);
          } catch {
            target.value = text;
          }
        }}
      />
    );
  }
  return (
    <input
      className="input mono"
      type={flag.type === 'number' ? 'number' : 'text'}
      step="any"
      spellCheck={false}
      aria-label={label}
      value={typeof value === 'string' ? value : JSON.stringify(value)}
      onChange={({ target }) =>
        onValue(flag.type === 'number' ? Number(target.value) : target.value)
      }
    />
  );
}
