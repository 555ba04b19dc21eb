import type { JsonValue } from '@px-platform/protocol';
import { evaluate, type FlagDocument } from '@px-platform/protocol/flags';
import {
  createReads,
  flagOf,
  undecided,
  type Decision,
  type FlagAttributes,
  type FlagReads,
  type FlagValues,
} from '@px-platform/sdk-core';

/** What flags a server had when it wrote the page, and of whom. */
export interface Served {
  readonly bootstrap?: FlagDocument | FlagValues | undefined;
  readonly attributes?: FlagAttributes | undefined;
  readonly defaults?: Readonly<Record<string, JsonValue>> | undefined;
}

/**
 * Reads flags of what came with the page, and of nothing else: on the server and as the page is hydrated they say the
 * same, whatever this browser knows by now.
 */
export function createServed({ bootstrap, attributes = {}, defaults = {} }: Served): FlagReads {
  const isDocument = bootstrap !== undefined && 'features' in bootstrap;
  const document = isDocument ? bootstrap : undefined;
  const values = isDocument ? undefined : bootstrap;
  const revision = document?.px?.revision ?? values?.revision ?? 0;

  const decide = (key: string, context: FlagAttributes | undefined): Decision => {
    if (document)
      return evaluate(document, key, { attributes: withId({ ...attributes, ...context }) });
    if (!values) return undecided('loading');
    // They were decided for one person, and of whom the call speaks is not known here.
    const isOfAnother = Object.entries({ ...context }).some(
      ([name, said]) => ({ ...attributes, ...idsOf(values) })[name] !== said,
    );
    if (isOfAnother) return undecided('context_mismatch');
    return (Object.hasOwn(values.flags, key) && values.flags[key]) || undecided('unknown');
  };

  return createReads((name, context, _isSeen, isExperiment) => {
    const key = (isExperiment ? flagOf(name, document, values?.flags) : name) ?? name;
    const decision = decide(key, context);
    const value = decision.value ?? (Object.hasOwn(defaults, key) ? defaults[key] : null) ?? null;
    return { ...decision, value, isStale: !bootstrap, revision };
  });
}

const idsOf = ({ user_id, anonymous_id }: FlagValues) => ({ user_id, anonymous_id });

const withId = (all: FlagAttributes) => ({
  id: all['user_id'] ?? all['anonymous_id'],
  ...all,
});
