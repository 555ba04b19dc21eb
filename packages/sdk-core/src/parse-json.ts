/** What a stored text says; null where it is no JSON: storage is open to the page and to older versions. */
export function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
