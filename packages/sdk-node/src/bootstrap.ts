import type { JsonValue } from '@px-platform/protocol';
import type { FlagDocument, Verdict } from '@px-platform/protocol/flags';
import { parseUserId, type FlagAttributes, type FlagValues } from '@px-platform/sdk-core';

/** What `bootstrap` can be told. */
export interface BootstrapOptions {
  /** Which flags the page is told of. @default all of them */
  readonly keys?: readonly string[];
}

/** Verdicts for one person, as a page begins with them. */
export function valuesFor(
  context: FlagAttributes,
  {
    revision,
    keys,
    decide,
    defaults,
  }: {
    readonly revision: number;
    readonly keys: readonly string[];
    readonly decide: (key: string) => Verdict | undefined;
    readonly defaults: Readonly<Record<string, JsonValue>>;
  },
): FlagValues {
  const userId = parseUserId(context['user_id']);
  const { anonymous_id: anonymousId } = context;
  const verdicts = keys.flatMap((key) => {
    const verdict = decide(key);
    if (!verdict) return [];
    // As the server's own reads have it: what it draws and what the page begins with are one.
    const fallback = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
    return [[key, { ...verdict, value: verdict.value ?? fallback ?? null }] as const];
  });
  return {
    revision,
    ...(userId !== null && { user_id: userId }),
    ...(typeof anonymousId === 'string' && anonymousId !== '' && { anonymous_id: anonymousId }),
    flags: Object.fromEntries(verdicts),
  };
}

/**
 * Writes flags as JavaScript that is safe inside a `<script>`: no text of a flag ends it, or begins a comment.
 * @example
 * html += `<script>window.PX_FLAGS = ${toScript(await px.bootstrap({ user_id: 'ada' }))}</script>`;
 */
export const toScript = (flags: FlagValues | FlagDocument | undefined): string =>
  // U+2028 and U+2029 end a line in JavaScript before 2019, and none in JSON.
  (JSON.stringify(flags) ?? 'undefined').replace(/[<>&\u2028\u2029]/g, toEscape);

const toEscape = (character: string) =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
