/** The address of the page now. */
export const readPageAddress = (): URL => new URL(location.href);

/** How this document was loaded, as the browser names it: navigate, reload, back_forward, prerender. */
export function readLoadType(): string {
  const [entry] = performance.getEntriesByType('navigation');
  return entry?.type ?? 'navigate';
}
