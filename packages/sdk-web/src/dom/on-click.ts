import { combineDisposers, type Disposer } from '@px-platform/sdk-core';
import { listen } from './listen.js';

/** A click by a person on something made to be clicked. */
export interface ActionClick {
  readonly element: Element;
  /** CSS pixels in the viewport. */
  readonly x: number;
  readonly y: number;
}

const ACTIONABLE = [
  'a[href]',
  'button',
  'summary',
  ...['button', 'submit', 'reset', 'image'].map((type) => `input[type=${type}]`),
  ...['button', 'link', 'tab', 'menuitem', 'option', 'switch', 'checkbox', 'radio'].map(
    (role) => `[role=${role}]`,
  ),
  '[data-px-click]',
].join();
const IGNORED = '[data-px-ignore]';

/**
 * Calls the listener for each click of a person on an actionable element. One listener in the capture
 * phase for the whole page: `stopPropagation` further down hides nothing.
 */
export function onActionClick(listener: (click: ActionClick) => void): Disposer {
  const onClick = (event: Event) => {
    // Scripts click too; they are not people.
    if (!event.isTrusted) return;
    const { button, clientX, clientY } = event as MouseEvent;
    const element = findActionable(event);
    // A middle click opens a link in another tab; the other buttons act on nothing.
    if (button > 1 || (button && element?.localName !== 'a')) return;
    if (element) listener({ element, x: Math.round(clientX), y: Math.round(clientY) });
  };
  return combineDisposers(
    ['click', 'auxclick'].map((type) => listen(document, type, onClick, { capture: true })),
  );
}

/** The nearest actionable element around the target, out through open shadow roots. */
function findActionable(event: Event): Element | null {
  let found: Element | null = null;
  for (const node of event.composedPath()) {
    if (!(node instanceof Element)) continue;
    if (node.matches(IGNORED)) return null;
    if (!found && node.matches(ACTIONABLE)) found = node;
  }
  return found;
}
