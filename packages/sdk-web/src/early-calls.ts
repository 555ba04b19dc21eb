import type { EventContext } from '@px-platform/protocol';

/** A call made before there was a client: what, with what, when and where. */
export interface EarlyCall {
  readonly verb: string;
  readonly args: readonly unknown[];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly context: EventContext;
}

/** Calls made before `init`, in order, each to be made again. */
export interface EarlyCalls {
  readonly add: (call: EarlyCall) => void;
  /** Hands over what there is, once. */
  readonly take: () => readonly EarlyCall[];
}

/** A page that never calls `init` must not collect calls for ever. */
const MOST_CALLS = 1_000;

/** Creates the buffer. Beyond its bound new calls are lost, and said so once. */
export function createEarlyCalls(onFull: (most: number) => void): EarlyCalls {
  let calls: EarlyCall[] = [];
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
    take() {
      const due = calls;
      calls = [];
      return due;
    },
  };
}
