import { combineDisposers, type Disposer } from '@px-platform/sdk-core';

/** Adds a listener; the disposer removes it. Passive: the SDK never delays or cancels the page. */
export function listen(
  target: EventTarget,
  type: string,
  listener: (event: Event) => void,
  { capture = false }: { readonly capture?: boolean } = {},
): Disposer {
  const options = { capture, passive: true };
  target.addEventListener(type, listener, options);
  return () => target.removeEventListener(type, listener, options);
}

/**
 * Listens to everything of some types (`'input change'`) on the page, in the capture phase of its window:
 * nothing is hidden from it.
 */
export function onPage(types: string, listener: (event: Event) => void): Disposer {
  return combineDisposers(
    types.split(' ').map((type) => listen(window, type, listener, { capture: true })),
  );
}
