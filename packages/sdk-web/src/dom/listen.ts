import type { Disposer } from '@px-platform/sdk-core';

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
