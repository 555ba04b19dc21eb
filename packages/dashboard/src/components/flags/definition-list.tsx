import { type ReactNode, useState } from 'react';
import { type DefinitionPage, routeHash } from '../../route/route.js';
import { Icon } from '../icon.js';
import { NewKey } from './new-key.js';

export interface ListedDefinition {
  readonly key: string;
  readonly sentence: string;
  readonly state: 'on' | 'off' | 'problem' | 'archived';
  /** What its state is called. @default as it is */
  readonly stateWord?: string;
  /** What else it is found by. */
  readonly words: string;
  /** What is counted of it, such as its people. */
  readonly figure?: string;
}

/** All of a kind. */
export interface DefinitionSection {
  readonly page: DefinitionPage;
  /** Of one, such as `flag`. */
  readonly noun: string;
  /** What stands above them, where there is more than one kind. */
  readonly heading?: ReactNode;
  readonly entries: readonly ListedDefinition[];
  /** What they are for, while there are none. */
  readonly purpose?: string;
  readonly onNew: (key: string) => void;
  /** What else a new one needs to be told. */
  readonly children?: ReactNode;
}

export interface DefinitionListProps {
  readonly sections: readonly DefinitionSection[];
  /** The page and the key of what is shown beside it. */
  readonly chosen: { readonly page: DefinitionPage; readonly key: string | null };
}

/** All of a kind, or of several: to look through, to choose from, to add to. */
export function DefinitionList({ sections, chosen }: DefinitionListProps) {
  const [text, setText] = useState('');
  const nouns = sections.map(({ noun }) => `${noun}s`).join(' and ');
  return (
    <nav className="list" aria-label={nouns}>
      <div className="list-head">
        <label className="search">
          <Icon name="search" />
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            aria-label={`Find ${nouns}`}
            placeholder={`Find ${nouns}`}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
      </div>
      {sections.map((section) => (
        <Section
          key={section.page}
          {...section}
          wanted={text.trim().toLowerCase()}
          chosen={section.page === chosen.page ? chosen.key : null}
        />
      ))}
    </nav>
  );
}

function Section({
  page,
  noun,
  heading,
  entries,
  purpose,
  onNew,
  children,
  wanted,
  chosen,
}: DefinitionSection & { readonly wanted: string; readonly chosen: string | null }) {
  const [isArchive, setArchive] = useState(false);
  const shown = entries.filter(
    ({ key, words, state }) =>
      (state === 'archived') === isArchive && `${key} ${words}`.toLowerCase().includes(wanted),
  );
  const archived = entries.filter(({ state }) => state === 'archived').length;
  const none =
    wanted !== '' ? `No ${noun} is called so.` : isArchive ? 'Nothing is archived.' : purpose;
  return (
    <section className="list-section">
      {heading !== undefined && <h2 className="list-heading">{heading}</h2>}
      {/* oxlint-disable-next-line jsx-a11y/no-redundant-roles */}
      <ul className="list-entries" role="list">
        {shown.map(({ key, sentence, state, stateWord = state, figure }) => (
          <li key={key}>
            <a
              className="list-entry"
              href={routeHash({ page, key })}
              aria-current={key === chosen ? 'true' : undefined}
            >
              <i className="state-dot" data-state={state} aria-hidden="true" />
              <span className="list-key">{key}</span>
              {figure !== undefined && <span className="list-figure">{figure}</span>}
              <span className="list-sentence">
                <span className="visually-hidden">{stateWord}: </span>
                {sentence}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {shown.length === 0 && none !== undefined && <p className="list-none">{none}</p>}
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
    </section>
  );
}
