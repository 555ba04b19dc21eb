/** Runs something later; returns how to take it back. */
export function setPageTimer(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
