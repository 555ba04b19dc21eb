import { useEffect, useRef } from 'react';

/** What the keys do. */
export interface ShortcutActions {
  readonly move: (by: 1 | -1) => void;
  readonly togglePause: () => void;
  readonly focusFilter: () => void;
  /** `inFilter`: the key was pressed while typing in the filter. */
  readonly escape: (inFilter: boolean) => void;
  readonly showShortcuts: () => void;
}

/** Listens to the page's keys. Keys that a control needs itself are left to it. */
export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const run = shortcutOf(event, latest.current);
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function shortcutOf(event: KeyboardEvent, actions: ShortcutActions): (() => void) | null {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.defaultPrevented || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest('dialog')) return null;
  const inFilter = target.matches('input');
  if (event.key === 'Escape') return () => actions.escape(inFilter);
  if (inFilter) return event.key === 'ArrowDown' ? () => actions.move(1) : null;
  if (target.matches('select, textarea')) return null;
  switch (event.key) {
    case 'j':
      return () => actions.move(1);
    case 'k':
      return () => actions.move(-1);
    case 'ArrowDown':
    case 'ArrowUp':
      // Code that scrolls keeps its arrows.
      return target.matches('pre') ? null : () => actions.move(event.key === 'ArrowDown' ? 1 : -1);
    case '/':
      return actions.focusFilter;
    case '?':
      return actions.showShortcuts;
    case ' ':
      // Rows open with Enter and leave the space bar to the stream; every other control keeps it.
      return target.matches('button:not(.row-head), a, summary, pre') || event.repeat
        ? null
        : actions.togglePause;
    default:
      return null;
  }
}
