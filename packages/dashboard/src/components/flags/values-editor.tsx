import { type ReactNode, useState } from 'react';
import type { JsonValue } from '@px-platform/protocol';
import {
  areLines,
  type GroupValues,
  numbersIn,
  readLines,
  splitLines,
  withNumbers,
  writeLines,
} from '../../flags/group-values.js';
import { formatCount, plural } from '../../live/format.js';
import { JsonEditor } from './json-editor.js';

/** The values of a list, one a line. Thousands can be pasted. */
export function ValuesEditor({
  values,
  stored,
  onValues,
}: {
  readonly values: GroupValues;
  /** As they were published: what was a number there is one again. */
  readonly stored: GroupValues;
  readonly onValues: (values: GroupValues) => void;
}) {
  const written = writeLines(values);
  const [typed, setTyped] = useState({ from: written, text: written, repeated: 0 });
  // Changed elsewhere meanwhile: what is typed here no longer says what there is.
  const { text, repeated } = typed.from === written ? typed : { text: written, repeated: 0 };
  if (!areLines(values)) {
    return (
      <>
        <p className="field-hint">
          Some of these begin or end with a space, or have several lines. They are edited as JSON.
        </p>
        <JsonEditor
          label="Values"
          value={values}
          rows={12}
          onValue={(value) => {
            if (areValues(value)) onValues(value);
          }}
        />
      </>
    );
  }
  const type = (next: string) => {
    const here = new Set(values.map(String));
    const known = [...values, ...stored.filter((value) => !here.has(String(value)))];
    const read = readLines(next, { known });
    setTyped({ from: writeLines(read.values), text: next, repeated: read.repeated });
    onValues(read.values);
  };
  const { numbers, numerals } = numbersIn(values);
  return (
    <>
      <textarea
        className="input values-text"
        aria-label="Values, one a line"
        spellCheck={false}
        rows={12}
        placeholder={'One a line, such as\nana@example.com\nbo@example.com'}
        value={text}
        onChange={({ target }) => type(target.value)}
      />
      <p className="values-count" role="status" aria-label="How many">
        <strong>{plural(values.length, 'value')}</strong>
        {repeated > 0 && ` · ${plural(repeated, 'line')} said one again`}
      </p>
      {/[,;\t]/.test(text) && (
        <Offer does="One a line" onTake={() => type(splitLines(text))}>
          Some lines have commas, semicolons or tabs.
        </Offer>
      )}
      {numerals > 0 && (
        <Offer does="Take as numbers" onTake={() => onValues(withNumbers(values, 'numbers'))}>
          {numerals === 1 ? '1 text looks' : `${formatCount(numerals)} texts look`} like a number.
          42 is not “42”: ids are mostly texts.
        </Offer>
      )}
      {numbers > 0 && (
        <Offer does="Take as texts" onTake={() => onValues(withNumbers(values, 'texts'))}>
          {numbers === 1 ? '1 is a number' : `${formatCount(numbers)} are numbers`}.
        </Offer>
      )}
    </>
  );
}

/** Something about the values, and what can be done about it. */
function Offer({
  does,
  onTake,
  children,
}: {
  readonly does: string;
  readonly onTake: () => void;
  readonly children: ReactNode;
}) {
  return (
    <p className="values-offer">
      <span>{children}</span>
      <button className="button" type="button" onClick={onTake}>
        {does}
      </button>
    </p>
  );
}

function areValues(value: JsonValue): value is (string | number)[] {
  return (
    Array.isArray(value) &&
    value.every((each) => typeof each === 'string' || typeof each === 'number')
  );
}
