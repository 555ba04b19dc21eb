import { useState } from 'react';
import type { Fault } from '../../flags/definitions-api.js';
import { plural } from '../../live/format.js';
import { Faults } from './faults.js';

export interface SaveBarProps {
  readonly isNew: boolean;
  readonly isChanged: boolean;
  /** How many things are wrong. */
  readonly faults: number;
  readonly onDiscard: () => void;
  /** What the server says is wrong; nothing where it is stored. */
  readonly onSave: () => Promise<readonly Fault[]>;
}

/** Says that there is something to save, and what became of it. */
export function SaveBar({ isNew, isChanged, faults, onDiscard, onSave }: SaveBarProps) {
  const [isSaving, setSaving] = useState(false);
  const [refused, setRefused] = useState<readonly Fault[]>([]);
  const [isDone, setDone] = useState(false);
  if (!isChanged) {
    return (
      <p className="save-done" role="status">
        {isDone && 'Published. Clients have it within a second.'}
      </p>
    );
  }
  const save = async () => {
    setSaving(true);
    try {
      const found = await onSave();
      setRefused(found);
      setDone(found.length === 0);
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
