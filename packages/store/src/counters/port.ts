import type { Disposer } from '../disposer.js';

/** A message and its place in the stream. Ids rise; they resume a reader after a pause. */
export interface StreamEntry<T> {
  readonly id: number;
  readonly value: T;
}

/** How an entry is published. */
export interface PublishOptions {
  /** Entries this stream remembers. @default what the streams were opened with */
  readonly remember?: number;
  /** Holds the entry back where one of the same id was published on this stream less than `withinMs` ago. */
  readonly once?: { readonly id: string; readonly withinMs: number };
}

/** What became of an entry that was to be published. */
export type PublishOutcome = 'published' | 'held_back' | 'lost';

/**
 * A short, shared, lossy memory of what just happened: the last entries of each stream, and
 * whoever is listening. Nothing that must survive is kept here only.
 */
export interface Streams {
  /** Never rejects: where it cannot be published now it is `lost`. Waits for no listener. */
  publish<T>(stream: string, value: T, options?: PublishOptions): Promise<PublishOutcome>;
  /**
   * Entries after `after` that are still remembered, then new ones as they come.
   * Without `after`, all that are remembered.
   */
  subscribe<T>(
    stream: string,
    options: { readonly after?: number | undefined },
    onEntry: (entry: StreamEntry<T>) => void,
  ): Promise<Disposer>;
  /** What the stream remembers, oldest first. Rejects where that cannot be told now. */
  entries<T>(stream: string): Promise<readonly StreamEntry<T>[]>;
  /** Forgets what the stream remembers, or those entries alone; whoever listens goes on. Rejects where that cannot be done now. */
  drop(stream: string, ids?: readonly number[]): Promise<void>;
  close(): Promise<void>;
}
