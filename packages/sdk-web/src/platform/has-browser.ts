/** Whether there is a browser here: a page, or one of its workers. False under server-side rendering. */
export function hasBrowser(): boolean {
  return typeof location !== 'undefined' && typeof navigator !== 'undefined';
}

/** Whether there is a document: false in workers. */
export function hasDocument(): boolean {
  return typeof document !== 'undefined';
}
