/** Calls made before `init`, in order, each to be made again. */
export interface EarlyCalls<T> {
  readonly add: (call: (target: T) => void) => void;
  readonly replay: (target: T) => void;
  /** Nobody will ever make them. */
  readonly discard: () => void;
}

/** A page that never calls `init` must not collect calls for ever. */
const MOST_CALLS = 1_000;

/** Creates the buffer. Beyond its bound new calls are lost, and said so once. */
export function createEarlyCalls<T>(onFull: (most: number) => void): EarlyCalls<T> {
  let calls: ((target: T) => void)[] = [];
  let isFull = false;
  return {
    add(call) {
      if (calls.length < MOST_CALLS) {
        calls.push(call);
        return;
      }
      if (!isFull) onFull(MOST_CALLS);
      isFull = true;
    },
    replay(target) {
      const due = calls;
      calls = [];
      for (const call of due) call(target);
    },
    discard() {
      calls = [];
    },
  };
}
