import type { FlagDefinition } from '@px-platform/protocol/flags';
import { DEFINITION_LISTS, type DefinitionUse } from '@px-platform/protocol/definitions';
import type { Route } from '../route/route.js';
import { servingSentence } from './sentence.js';

/** One that uses a definition: where it is written, and where in it, in words. */
export interface User {
  readonly route: Route;
  readonly key: string;
  readonly noun: string;
  readonly places: readonly string[];
}

/** The uses of a definition, once for each that uses it. */
export function usersOf(
  uses: readonly DefinitionUse[],
  flags: readonly FlagDefinition[],
): readonly User[] {
  const users = new Map<string, User>();
  for (const { kind, key, rule } of uses) {
    const place = `${kind} ${key}`;
    const { places = [] } = users.get(place) ?? {};
    const route: Route = { page: DEFINITION_LISTS[kind], key };
    const flag = flags.find((each) => kind === 'flag' && each.key === key);
    const said = rule && flag ? [placeOf(flag, rule)] : [];
    users.set(place, { route, key, noun: kind, places: [...places, ...said] });
  }
  return [...users.values()];
}

function placeOf(
  flag: FlagDefinition,
  { environment, index }: NonNullable<DefinitionUse['rule']>,
): string {
  const { isOn = false, rules = [] } = flag.environments[environment] ?? {};
  const rule = rules[index];
  const serving = rule ? `: ${servingSentence(rule)}` : '';
  return `${environment}, rule ${index + 1}${serving}${isOn ? '' : ' (off)'}`;
}
