import { useEffect, useRef } from 'react';
import { Icon } from './icon.js';

const SHORTCUTS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['j', '↓'], 'Next event'],
  [['k', '↑'], 'Previous event'],
  [['Enter'], 'Open or close the event'],
  [['Esc'], 'Close the event, then clear the filter'],
  [['/'], 'Filter'],
  [['Space'], 'Pause or resume'],
  [['?'], 'This list'],
];

/** The shortcuts, as a modal dialog: the browser keeps the focus in it and gives it back. */
export function ShortcutsDialog({
  open,
  onClose,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    // A click beside it closes it too, in the browsers that know how.
    dialog?.setAttribute('closedby', 'any');
    if (open && !dialog?.open) dialog?.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);

  return (
    <dialog ref={ref} className="dialog" aria-labelledby="shortcuts-title" onClose={onClose}>
      <div className="dialog-frame">
        <div className="stage-head">
          <h2 id="shortcuts-title">Keyboard shortcuts</h2>
          <button className="icon-button" type="button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <dl className="shortcuts">
          {SHORTCUTS.map(([keys, does]) => (
            <div key={does}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </div>
    </dialog>
  );
}
