import { type ReactNode, useState } from 'react';
import type { JsonValue } from '@px-platform/protocol';
import type { DefinitionKind } from '@px-platform/protocol/flags';
import type { DefinitionOf } from '@px-platform/protocol/definitions';
import type { Edited } from '../../flags/use-editor.js';
import { ArchiveButton } from './archive-button.js';
import { HistoryPanel } from './history-panel.js';
import { JsonEditor } from './json-editor.js';
import { SaveBar } from './save-bar.js';
import { Segmented } from './segmented.js';

export interface EditorFrameProps<Kind extends DefinitionKind> {
  readonly edited: Edited<Kind>;
  /** What people call the kind: `flag`. */
  readonly noun: string;
  /** What is said of it beside its key. */
  readonly tags?: ReactNode;
  /** What can be done with it at once. */
  readonly actions?: ReactNode;
  /** What stands first beside it: its name, and the panel. */
  readonly beside: { readonly name: string; readonly panel: ReactNode };
  /** Whether what was typed as JSON is enough of one to be drawn; what else is wrong with it is said. */
  readonly isLike: (value: unknown) => value is DefinitionOf[Kind];
  /** What is so once it is published. */
  readonly outcome?: string;
  readonly children: ReactNode;
}

type Side = 'own' | 'json' | 'history';

/** One definition to write: its parts, what stands beside them, and the bar that publishes it. */
export function EditorFrame<Kind extends DefinitionKind>({
  edited,
  noun,
  tags,
  actions,
  beside: { name, panel },
  isLike,
  outcome,
  children,
}: EditorFrameProps<Kind>) {
  const { stored, draft, setDraft } = edited;
  const { key } = stored.definition;
  const [side, setSide] = useState<Side>('own');
  const sides: readonly (readonly [Side, string])[] = [
    ['own', name],
    ['json', 'JSON'],
    ['history', 'History'],
  ];
  return (
    <div className="editor">
      <div className="editor-main">
        <header className="editor-head">
          <div className="editor-title">
            <h2>{key}</h2>
            {tags}
            {stored.archived_at !== null && <span className="tag">archived</span>}
          </div>
          {actions}
        </header>
        {children}
        {stored.version > 0 && (
          <ArchiveButton
            noun={noun}
            isArchived={stored.archived_at !== null}
            onArchive={(isArchived) => void edited.archive(isArchived)}
          />
        )}
      </div>
      <aside className="editor-side" aria-label="Beside">
        <Segmented label={`Beside the ${noun}`} parts={sides} chosen={side} onChoose={setSide} />
        {side === 'own' && panel}
        {side === 'json' && (
          <section className="panel" aria-label="JSON">
            <JsonEditor
              label={`The ${noun}`}
              value={draft as unknown as JsonValue}
              rows={28}
              onValue={(value: unknown) => {
                // Its key is its address, and never changes.
                if (isLike(value)) setDraft({ ...value, key });
              }}
            />
          </section>
        )}
        {side === 'history' && (
          <HistoryPanel version={stored.version} load={edited.load} onTakeUp={setDraft} />
        )}
      </aside>
      <SaveBar
        isNew={stored.version === 0}
        isChanged={edited.isChanged}
        faults={edited.faults.length}
        outcome={outcome}
        onDiscard={() => setDraft(stored.definition)}
        onSave={edited.save}
      />
    </div>
  );
}
