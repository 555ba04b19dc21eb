/** Undoes what returned it. Whoever opens, closes. */
export type Disposer = () => void;

/** One disposer for many: runs them in reverse order, each whatever the others do. */
export function combineDisposers(disposers: readonly Disposer[]): Disposer {
  let remaining = [...disposers];
  return () => {
    const due = remaining.reverse();
    remaining = [];
    for (const dispose of due) {
      try {
        dispose();
      } catch {
        // The page must be left as clean as it can be; one bad disposer may not keep the others.
      }
    }
  };
}
