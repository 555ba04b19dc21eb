import { type ReactNode, useState } from 'react';
import { KEY_PATTERN } from '@px-platform/protocol/definitions';

/** Begins a definition: asks what it is to be called, and what else a new one needs to be told. */
export function NewKey({
  noun,
  keys,
  onNew,
  children,
}: {
  readonly noun: string;
  readonly keys: readonly string[];
  readonly onNew: (key: string) => void;
  readonly children: ReactNode;
}) {
  const [key, setKey] = useState<string | null>(null);
  if (key === null) {
    return (
      <button className="button" type="button" onClick={() => setKey('')}>
        New {noun}
      </button>
    );
  }
  const fault = keys.includes(key)
    ? `There is a ${noun} ${key} already.`
    : key === '' || KEY_PATTERN.test(key)
      ? null
      : 'Letters, digits, ".", "_" and "-".';
  return (
    <form
      className="new-key"
      onSubmit={(event) => {
        event.preventDefault();
        if (key === '' || fault !== null) return;
        onNew(key);
        setKey(null);
      }}
    >
      <input
        className="input mono"
        type="text"
        autoComplete="off"
        spellCheck={false}
        aria-label={`Key of the new ${noun}`}
        placeholder={`${noun}_key`}
        aria-invalid={fault !== null}
        // Whoever pressed "New" is about to type.
        ref={(input) => {
          if (document.activeElement?.tagName !== 'INPUT') input?.focus();
        }}
        value={key}
        onChange={({ target }) => setKey(target.value.trim())}
      />
      {children}
      <p className="field-fault" role="status">
        {fault}
      </p>
      <div className="new-key-actions">
        <button
          className="button button-strong"
          type="submit"
          disabled={key === '' || fault !== null}
        >
          Begin
        </button>
        <button className="button button-plain" type="button" onClick={() => setKey(null)}>
          Cancel
        </button>
      </div>
    </form>
  );
}
