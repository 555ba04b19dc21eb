'use client';
import type { JsonValue } from '@px-platform/protocol';
import { toJsonObject } from '@px-platform/sdk-core';
import type { ExperimentDetails, FlagDetails, FlagVerbs } from '@px-platform/sdk-web';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createReader, type Kind, type Read } from './reader.js';
import { useHandle } from './px-context.js';

/** Reads, follows what changes, and exposes what was shown once it is on the page. */
function useRead<T extends object>(kind: Kind<T>, read: Read): T {
  const handle = useHandle();
  // Contexts and fallbacks are made anew at each render; what they say counts.
  const said = toText(read);
  const reader = useMemo(
    () => createReader(handle, kind, { read, said }),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [handle, kind, said],
  );
  const shown = useSyncExternalStore(handle.signal.listen, reader.now, reader.served);
  useEffect(() => reader.expose(shown), [reader, shown]);
  return shown;
}

const FLAG: Kind<FlagDetails<JsonValue | undefined>> = {
  peek: (reads, read) => reads.peekFlagDetails(...read),
  verb: 'getFlag',
  // Who reads the value alone is not drawn again for why it is so.
  toText: ({ value, variant, experiment }) => toText([value, variant, experiment]),
};
const DETAILS: Kind<FlagDetails<JsonValue | undefined>> = {
  ...FLAG,
  verb: 'getFlagDetails',
  // Each publication has another revision, whatever it changes.
  toText: ({ revision: _, ...told }) => toText(told),
};
const EXPERIMENT: Kind<ExperimentDetails> = {
  peek: (reads, [key, context]) => reads.peekExperiment(key, context),
  verb: 'getExperiment',
  toText,
};

/** `useFlag` of any project's flags. */
export const useValue = (...read: Read): JsonValue | undefined => useRead(FLAG, read).value;

/**
 * A flag's value, as `getFlag` has it; draws the component again when it is another. Who an experiment decides for is
 * recorded as exposed once the component is on the page.
 * @example
 * const isNew = useFlag('new_onboarding', undefined, false);
 */
// Which types go with which flags is the caller's word: it cannot be known here.
export const useFlag = useValue as FlagVerbs['getFlag'];

/** The same with why it is so; draws the component again when that is another, too. */
export const useFlagDetails = ((...read: Read) =>
  useRead(DETAILS, read)) as FlagVerbs['getFlagDetails'];

/**
 * Which variant of an experiment the person is in; exposes once the component is on the page.
 * @example
 * const { variant } = useExperiment('checkout_flow_v2');
 */
export const useExperiment = ((...read: Read) =>
  useRead(EXPERIMENT, read)) as FlagVerbs['getExperiment'];

function toText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // What a page hands over may have rings in it.
    return JSON.stringify(toJsonObject({ value }).value);
  }
}
