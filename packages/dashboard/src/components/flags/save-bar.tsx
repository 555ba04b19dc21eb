import { useState } from 'react';
import { FLAG_LIMITS } from '@px-platform/protocol/definitions';
import type { Fault } from '../../flags/definitions-api.js';
import { plural } from '../../live/format.js';
import { Faults } from './faults.js';

export interface SaveBarProps {
  readonly isNew: boolean;
  readonly isChanged: boolean;
  /** How many things are wrong. */
  readonly faults: number;
  /** What is so once it is published. @default clients have it within a second */
  readonly outcome?: string | undefined;
  readonly onDiscard: () => void;
  /** What the server says is wrong; nothing where it is stored. */
  readonly onSave: (comment: string) => Promise<readonly Fault[]>;
}

/** Says that there is something to save, and what became of it. */
export function SaveBar({
  isNew,
  isChanged,
  faults,
  outcome = 'Clients have it within a second.',
  onDiscard,
  onSave,
}: SaveBarProps) {
  const [isSaving, setSaving] = useState(false);
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const [isDone, setDone] = useState(false);
  const [comment, setComment] = useState('');
  if (!isChanged) {
    return (
      <p className="save-done" role="status">
        {isDone && `Published. ${outcome}`}
      </p>
    );
  }
  const save = async () => {
    setSaving(true);
    try {
      const found = await onSave(comment.trim());
      setRefused(found);
      setDone(found.length === 0);
      if (found.length === 0) setComment('');
    } finally {
      setSaving(false);
    }
  };
  return (
    <div className="save" role="region" aria-label="Changes">
      <Faults faults={refused} />
      <div className="save-line">
        <p>
          {faults > 0
            ? `${plural(faults, 'thing')} to mend before it can be published`
            : isNew
              ? 'New, and not published yet'
              : 'Changed, and not published yet'}
        </p>
        <input
          className="input save-comment"
          type="text"
          autoComplete="off"
          aria-label="Why, for the history"
          placeholder="Why?"
          maxLength={FLAG_LIMITS.textLength}
          value={comment}
          onChange={({ target }) => setComment(target.value)}
        />
        <button className="button button-plain" type="button" onClick={onDiscard}>
          Discard
        </button>
        <button
          className="button button-strong"
          type="button"
          disabled={faults > 0 || isSaving}
          onClick={() => void save()}
        >
          {isSaving ? 'Publishing…' : 'Publish'}
        </button>
      </div>
    </div>
  );
}
