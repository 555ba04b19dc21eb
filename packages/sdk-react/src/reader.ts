import type { JsonValue } from '@px-platform/protocol';
import type { ExperimentDetails, FlagAttributes, FlagDetails } from '@px-platform/sdk-web';
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
  getFlagDetails(...read: Read): unknown;
  getExperiment(...read: Read): unknown;
}

/** What is read: a flag's value, its details, or an experiment. */
export interface Kind<T> {
  readonly peek: (reads: PlainPeeks, read: Read) => T;
  /** The verb that reads it and exposes, so that `flags.expose: false` holds here as well. */
  readonly verb: Exclude<keyof PlainReads, keyof PlainPeeks>;
  /** Two readings of the same text are one. */
  readonly toText: (told: T) => string;
}

/** One read of one component, as React follows it. */
export interface Reader<T> {
  /** The same object until something is another. */
  now(): T;
  /** As the server's HTML has it. */
  served(): T;
  /** Exposes the person to what was shown. */
  expose(shown: T): void;
}

/** `said` is `read` as a text. */
export function createReader<T extends object>(
  { client, served, signal }: Handle,
  { peek, verb, toText }: Kind<T>,
  { read, said }: { readonly read: Read; readonly said: string },
): Reader<T> {
  const reads = client as unknown as PlainReads;
  const brought = served as unknown as PlainPeeks;
  const look = (peeks: PlainPeeks) => {
    const told = peek(peeks, read);
    return { told, text: toText(told) };
  };
  let last: ReturnType<typeof look> | undefined;
  const same = (reading: ReturnType<typeof look>): T => {
    if (last?.text !== reading.text) last = reading;
    return last.told;
  };
  const now = () => same(signal.once(verb + said, () => look(reads)));
  return {
    now,
    served: () => same(look(brought)),
    expose(shown) {
      // What the server drew may be about to be replaced: nobody is told of what they have not seen.
      if (now() === shown) reads[verb](...read);
    },
  };
}
