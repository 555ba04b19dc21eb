import type { FlagDocument } from '@px-platform/protocol/flags';

/**
 * Which flags may have other values in a document than in the one before: those that are written otherwise, and those
 * that name a flag, a segment or a group of which that is so. A flag that merely has such a text in it is told of, too.
 */
export function changedFlags(before: FlagDocument, after: FlagDocument): readonly string[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  const changed = new Set(
    [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name)),
  );
  if (changed.size === 0) return [];
  const flags = Object.keys({ ...before.features, ...after.features });
  const texts = new Map(flags.map((key) => [key, textsIn(after.features[key])]));
  for (let size = -1; size !== changed.size;) {
    size = changed.size;
    for (const [key, said] of texts)
      if (
        !changed.has(flag(key)) &&
        said.some((text) => changed.has(flag(text)) || changed.has(list(text)))
      )
        changed.add(flag(key));
  }
  return flags.filter((key) => changed.has(flag(key)));
}

const flag = (key: string) => `flag ${key}`;
const list = (name: string) => `list ${name}`;

/** All that is written, by what it is. A segment and a group of one name are one. */
function partsOf({ features, savedGroups, px }: FlagDocument): ReadonlyMap<string, string> {
  const named = <T>(to: (name: string) => string, all: Readonly<Record<string, T>> = {}) =>
    Object.entries(all).map(([name, each]) => [to(name), JSON.stringify(each)] as const);
  const lists = Object.keys({ ...savedGroups, ...px?.segments }).map(
    (name) => [list(name), JSON.stringify([savedGroups?.[name], px?.segments?.[name]])] as const,
  );
  return new Map([...named(flag, features), ...lists]);
}

/** Every text in a value. Deeper than anything that decides is not looked at. */
function textsIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > 100) return [];
  return Object.values(value).flatMap((each) => textsIn(each, depth + 1));
}
