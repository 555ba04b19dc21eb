import type { RefObject } from 'react';
import {
  type EventFilter,
  type EventKind,
  isFiltering,
  nameChips,
  NO_FILTER,
  toggled,
} from '../live/event-filter.js';
import { Icon } from './icon.js';
import { KIND_LABELS } from './kind-label.js';

export interface FilterBarProps {
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
  readonly names: ReadonlyMap<string, number>;
  readonly paused: boolean;
  readonly onPause: (paused: boolean) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

const KINDS = Object.keys(KIND_LABELS) as EventKind[];

/** What to show, and whether to hold the stream. */
export function FilterBar({ filter, onFilter, names, paused, onPause, inputRef }: FilterBarProps) {
  return (
    <div className="filter" role="search" aria-label="Events">
      <div className="filter-line">
        <label className="search">
          <Icon name="search" />
          <input
            ref={inputRef}
            type="text"
            enterKeyHint="search"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            aria-label="Filter by name, id or property"
            aria-keyshortcuts="/"
            placeholder="Filter by name, id or property"
            value={filter.text}
            onChange={(event) => onFilter({ ...filter, text: event.target.value })}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        {isFiltering(filter) && (
          <button className="button button-plain" type="button" onClick={() => onFilter(NO_FILTER)}>
            Clear
          </button>
        )}
        <button
          className="button pause"
          type="button"
          aria-pressed={paused}
          aria-keyshortcuts="Space"
          title={paused ? 'Resume (space)' : 'Pause (space)'}
          onClick={() => onPause(!paused)}
        >
          <Icon name={paused ? 'play' : 'pause'} />
          <span className="pause-word">{paused ? 'Resume' : 'Pause'}</span>
        </button>
      </div>
      <div className="chips">
        {KINDS.map((kind) => (
          <button
            key={kind}
            className="chip"
            type="button"
            data-kind={kind}
            aria-pressed={filter.kinds.has(kind)}
            onClick={() => onFilter({ ...filter, kinds: toggled(filter.kinds, kind) })}
          >
            <i className="dot" data-kind={kind} aria-hidden="true" />
            {KIND_LABELS[kind]}
          </button>
        ))}
        {names.size > 0 && <span className="chips-divide" aria-hidden="true" />}
        {nameChips(names, filter.names).map((name) => (
          <button
            key={name}
            className="chip chip-name"
            type="button"
            aria-pressed={filter.names.has(name)}
            onClick={() => onFilter({ ...filter, names: toggled(filter.names, name) })}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
