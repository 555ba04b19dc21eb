import { useState } from 'react';
import type { JsonValue } from '@px-platform/protocol';

/** JSON that is typed. What cannot be read stays as it is, and is said; what can goes on at once. */
export function JsonEditor({
  label,
  value,
  rows = 8,
  onValue,
}: {
  readonly label: string;
  readonly value: JsonValue;
  readonly rows?: number;
  readonly onValue: (value: JsonValue) => void;
}) {
  const written = JSON.stringify(value, null, 2);
  const [typed, setTyped] = useState({ from: written, text: written });
  // Changed elsewhere meanwhile: what is typed here no longer says what there is.
  const text = typed.from === written ? typed.text : written;
  const fault = faultOf(text);
  return (
    <div className="json-editor">
      <textarea
        className="input json-text"
        aria-label={`${label} as JSON`}
        aria-invalid={fault !== null}
        spellCheck={false}
        rows={rows}
        value={text}
        onChange={({ target }) => {
          const parsed = parse(target.value);
          if (parsed === undefined) {
            setTyped({ from: written, text: target.value });
            return;
          }
          setTyped({ from: JSON.stringify(parsed, null, 2), text: target.value });
          onValue(parsed);
        }}
      />
      <p className="field-fault" role="status">
        {fault}
      </p>
    </div>
  );
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function faultOf(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `Not JSON yet: ${error instanceof Error ? error.message : String(error)}`;
  }
}
