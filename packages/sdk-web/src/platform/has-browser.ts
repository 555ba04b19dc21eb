/** Whether there is a page here at all: false under server-side rendering and in workers. */
export function hasBrowser(): boolean {
  return typeof window !== 'undefined' && typeof document !== 'undefined';
}
