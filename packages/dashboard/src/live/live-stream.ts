import type { LiveEvent } from '@px-platform/protocol';
import type { Arrival } from './live-feed.js';

/** The part of `EventSource` that the page uses. */
export interface EventSourceLike {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

/** The stream's state, as the header shows it. */
export type Connection = 'connecting' | 'live' | 'reconnecting';

export interface LiveStreamOptions {
  readonly open: () => EventSourceLike;
  readonly onArrivals: (arrivals: readonly Arrival[]) => void;
  readonly onConnection: (connection: Connection) => void;
  /** The server answered and refused: only a person can mend that. */
  readonly onRefused: () => void;
  /** Asks, after the stream was closed for good, whether it was for want of access. */
  readonly isAllowed: () => Promise<boolean>;
  readonly setTimer: (run: () => void, ms: number) => () => void;
  /** Events are handed over in heaps, so that a flood costs one drawing, not hundreds. @default 120 */
  readonly gatherMs?: number;
}

const CLOSED = 2;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/** Keeps a live stream open until the returned function is called. */
export function createLiveStream({
  open,
  onArrivals,
  onConnection,
  onRefused,
  isAllowed,
  setTimer,
  gatherMs = 120,
}: LiveStreamOptions): () => void {
  let source: EventSourceLike | null = null;
  let cancelTimer: (() => void) | null = null;
  let cancelGather: (() => void) | null = null;
  let heap: Arrival[] = [];
  let attempt = 0;
  let disposed = false;

  const handOver = () => {
    cancelGather = null;
    const arrivals = heap;
    heap = [];
    onArrivals(arrivals);
  };

  const gather = (message: MessageEvent<string>) => {
    const event = parse(message.data);
    if (!event || disposed) return;
    heap.push({ id: message.lastEventId, event });
    cancelGather ??= setTimer(handOver, gatherMs);
  };

  const reopenLater = async () => {
    const allowed = await isAllowed();
    if (disposed) return;
    if (!allowed) return onRefused();
    const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? RETRY_MS[0];
    attempt += 1;
    cancelTimer = setTimer(connect, waitMs);
  };

  const connect = () => {
    const opened = open();
    source = opened;
    opened.addEventListener('open', () => {
      attempt = 0;
      onConnection('live');
    });
    opened.addEventListener('live', gather);
    opened.addEventListener('error', () => {
      if (disposed || source !== opened) return;
      onConnection('reconnecting');
      // After a lost connection an EventSource returns by itself; after an HTTP error it never does.
      if (opened.readyState !== CLOSED) return;
      opened.close();
      source = null;
      void reopenLater();
    });
  };

  onConnection('connecting');
  connect();
  return () => {
    disposed = true;
    source?.close();
    cancelTimer?.();
    cancelGather?.();
  };
}

function parse(data: string): LiveEvent | null {
  try {
    return JSON.parse(data) as LiveEvent;
  } catch {
    // One unreadable line must not end the stream.
    return null;
  }
}
