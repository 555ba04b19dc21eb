import type { Disposer } from '@px-platform/sdk-core';
import { inPath } from './in-path.js';
import { onPage } from './listen.js';

/** A click by a person. */
export interface PersonClick {
  /** The nearest element made to be clicked, or null. */
  readonly actionable: Element | null;
  /** The innermost element, out of open shadow roots. */
  readonly target: Element;
  /** CSS pixels in the viewport. */
  readonly x: number;
  readonly y: number;
  readonly event: MouseEvent;
}

/** A click by a person on something made to be clicked. */
export interface ActionClick extends PersonClick {
  readonly actionable: Element;
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

/**
 * Calls the listener for each click of a person outside of `[data-px-ignore]`. One listener in the
 * capture phase for the whole page: `stopPropagation` further down hides nothing.
 */
export function onClick(listener: (click: PersonClick) => void): Disposer {
  return onPage('click', (event) => tellClick(event as MouseEvent, listener));
}

/** Calls the listener for each click on an actionable element, and each middle click on a link. */
export function onActionClick(listener: (click: ActionClick) => void): Disposer {
  return onPage('click auxclick', (event) =>
    tellClick(event as MouseEvent, (click) => {
      const { actionable } = click;
      const { button } = click.event;
      // A middle click opens a link in another tab; on anything else, and the right one, acts on nothing.
      const isAct = button === 0 || (button === 1 && actionable?.localName === 'a');
      if (actionable && isAct) listener(click as ActionClick);
    }),
  );
}

/** Calls the listener with an event of a hand as a click. */
export function tellClick(event: MouseEvent, listener: (click: PersonClick) => void) {
  const find = inPath(event);
  const target = find?.('*');
  // Scripts click too; they are not people.
  if (!find || !target || !event.isTrusted) return;
  const { clientX, clientY } = event;
  listener({
    actionable: find(ACTIONABLE) ?? null,
    target,
    x: Math.round(clientX),
    y: Math.round(clientY),
    event,
  });
}
