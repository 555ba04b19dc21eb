import { type ReactNode, useState } from 'react';
import { KEY_PATTERN } from '@px-platform/protocol/definitions';
import { type PageName, routeHash } from '../../route/route.js';
import { Icon } from '../icon.js';

export interface ListedDefinition {
  readonly key: string;
  readonly sentence: string;
  readonly state: 'on' | 'off' | 'archived';
  /** What else it is found by. */
  readonly words: string;
}

export interface DefinitionListProps {
  readonly page: Exclude<PageName, 'live'>;
  /** Of one, such as `flag`. */
  readonly noun: string;
  readonly entries: readonly ListedDefinition[];
  readonly chosen: string | null;
  readonly onNew: (key: string) => void;
  /** What else a new one needs to be told. */
  readonly children?: ReactNode;
}

/** All of a kind: to look through, to choose from, to add to. */
export function DefinitionList({
  page,
  noun,
  entries,
  chosen,
  onNew,
  children,
}: DefinitionListProps) {
  const [text, setText] = useState('');
  const [isArchive, setArchive] = useState(false);
  const wanted = text.trim().toLowerCase();
  const shown = entries.filter(
    ({ key, words, state }) =>
      (state === 'archived') === isArchive && `${key} ${words}`.toLowerCase().includes(wanted),
  );
  const archived = entries.filter(({ state }) => state === 'archived').length;
  return (
    <nav className="list" aria-label={`${noun}s`}>
      <div className="list-head">
        <label className="search">
          <Icon name="search" />
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            aria-label={`Find ${noun}s`}
            placeholder={`Find ${noun}s`}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul className="list-entries" role="list">
        {shown.map(({ key, sentence, state }) => (
          <li key={key}>
            <a
              className="list-entry"
              href={routeHash({ page, key })}
              aria-current={key === chosen ? 'true' : undefined}
            >
              <i className="state-dot" data-state={state} aria-hidden="true" />
              <span className="list-key">{key}</span>
              <span className="list-sentence">
                <span className="visually-hidden">{state}: </span>
                {sentence}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <p className="list-none">
          {wanted !== '' ? `No ${noun} is called so.` : isArchive ? 'Nothing is archived.' : ''}
        </p>
      )}
      <div className="list-foot">
        <NewKey noun={noun} keys={entries.map(({ key }) => key)} onNew={onNew}>
          {children}
        </NewKey>
        {archived > 0 && (
          <button
            className="button button-plain"
            type="button"
            aria-pressed={isArchive}
            onClick={() => setArchive(!isArchive)}
          >
            {isArchive ? 'Back from the archive' : `Archive (${archived})`}
          </button>
        )}
      </div>
    </nav>
  );
}

function NewKey({
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
