/** Postgres holds every character but NUL, and half of a surrogate pair is none. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** Keys and values alike: JSON escapes the offenders, and a pair of backslashes is not an escape. */
export function storableJson(value: object): string {
  return JSON.stringify(value).replace(/\\\\|\\u(?:0000|d[89a-f]..)/g, (match) =>
    match === '\\\\' ? match : '\uFFFD',
  );
}
