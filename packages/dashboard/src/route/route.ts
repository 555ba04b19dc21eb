/** Which page is shown, and what of it. Kept in the address's hash: the page may be served below any path. */
export type Route =
  | { readonly page: 'live' }
  | { readonly page: 'flags'; readonly key: string | null }
  | { readonly page: 'experiments'; readonly key: string | null };

export type PageName = Route['page'];

/** Reads `#/flags/new_onboarding`. What is not known is the live page. */
export function parseRoute(hash: string): Route {
  const [, page, key = ''] = hash.replace(/^#/, '').split('/', 3);
  if (page !== 'flags' && page !== 'experiments') return { page: 'live' };
  return { page, key: decoded(key) };
}

export function routeHash(route: Route): string {
  if (route.page === 'live') return '#/';
  return route.key === null
    ? `#/${route.page}`
    : `#/${route.page}/${encodeURIComponent(route.key)}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text) || null;
  } catch {
    return null;
  }
}
