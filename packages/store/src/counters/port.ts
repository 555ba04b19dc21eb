import type { Disposer } from '../disposer.js';

/** A message and its place in the stream. Ids rise; they resume a reader after a pause. */
export interface StreamEntry<T> {
  readonly id: number;
  readonly value: T;
}

/**
 * A short, shared, lossy memory of what just happened: the last entries of each stream, and
 * whoever is listening. Nothing that must survive is kept here only.
 */
export interface Streams {
  /** Never rejects for a slow or absent listener. */
  publish<T>(stream: string, value: T): Promise<void>;
  /**
   * Entries after `after` that are still remembered, then new ones as they come.
   * Without `after`, all that are remembered.
   */
  subscribe<T>(
    stream: string,
    options: { readonly after?: number | undefined },
    onEntry: (entry: StreamEntry<T>) => void,
  ): Promise<Disposer>;
  close(): Promise<void>;
}
