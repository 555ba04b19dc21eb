/** Those members of an object that are text, as every engine can store them: half of a surrogate pair has no bytes. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .map(([name, text]) => [name.toWellFormed(), text.toWellFormed()]),
  );
}
