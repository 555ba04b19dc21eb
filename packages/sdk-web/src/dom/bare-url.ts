/** An address without query and fragment, which carry tokens and search terms; of `data:`, `mailto:` and the like the kind alone. */
export function bareUrl(url: string): string {
  try {
    const { origin, pathname, protocol } = new URL(url, location.href);
    return /^https?:$/.test(protocol) ? origin + pathname : protocol;
  } catch {
    return '';
  }
}
