/**
 * Whether a page's origin is among those a key is for. `https://*.shop.example` means every subdomain, and not
 * `https://shop.example` itself; nothing listed means any page.
 */
export function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.some((pattern) => matches(origin.toLowerCase(), pattern));
}

function matches(origin: string, pattern: string): boolean {
  const [scheme = '', host = ''] = pattern.toLowerCase().split('://*.');
  if (host === '') return origin === pattern.toLowerCase();
  return origin.startsWith(`${scheme}://`) && origin.endsWith(`.${host}`);
}
