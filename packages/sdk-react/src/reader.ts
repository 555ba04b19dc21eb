import type { JsonValue } from '@px-platform/protocol';
import type {
  Disposer,
  ExperimentDetails,
  FlagAttributes,
  FlagDetails,
} from '@px-platform/sdk-web';
import type { Handle } from './px-context.js';

/** What one hook is asked. */
export type Read = readonly [key: string, context?: FlagAttributes, fallback?: JsonValue];
/** The verbs of any project's flags: a map of types says which are right, and is held to where hooks are called. */
export interface PlainPeeks {
  peekFlagDetails(...read: Read): FlagDetails<JsonValue | undefined>;
  peekExperiment(key: string, context?: FlagAttributes): ExperimentDetails;
}
export interface PlainReads extends PlainPeeks {
  getFlag(...read: Read): unknown;
  getExperiment(key: string, context?: FlagAttributes): unknown;
}

/** What is read: a flag's value, its details, or an experiment. */
export interface Kind<T> {
  readonly peek: (reads: PlainPeeks, read: Read) => T;
  readonly expose: (reads: PlainReads, read: Read) => void;
  /** Two readings of the same text are one. */
  readonly toText: (told: T) => string;
  /** Whether where flags stand is part of it. */
  readonly isOfStatus: boolean;
}

/** One read of one component, as React follows it. */
export interface Reader<T> {
  /** The same object until something is another. */
  now(): T;
  /** As the server's HTML has it. */
  served(): T;
  /** Exposes the person to what was shown. */
  expose(shown: T): void;
  listen(listener: () => void): Disposer;
}

export function createReader<T extends object>({
  kind: { peek, expose, toText, isOfStatus },
  client,
  served,
  onWake,
  read,
}: Handle & { readonly kind: Kind<T>; readonly read: Read }): Reader<T> {
  let last: { readonly told: T; readonly text: string } | undefined;
  const same = (told: T): T => {
    const text = toText(told);
    if (last?.text !== text) last = { told, text };
    return last.told;
  };
  const reads = client as unknown as PlainReads;
  const brought = served as unknown as PlainPeeks;
  const now = () => same(peek(reads, read));
  return {
    now,
    served: () => same(peek(brought, read)),
    expose(shown) {
      // What the server drew may be about to be replaced: nobody is told of what they have not seen.
      // By the verb that reads, so that `flags.expose: false` holds here as well.
      if (now() === shown) expose(reads, read);
    },
    listen(listener) {
      // All changes: an experiment's flag is not known here, nor which of them matters with a context of the call's.
      const stops = [client.onFlagsChange(listener), onWake(listener)];
      if (isOfStatus) stops.push(client.onFlagsStatus(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
