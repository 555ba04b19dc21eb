import { DEFINITION_LISTS } from '@px-platform/protocol/definitions';

/** A page with one kind of definition, called as the API calls it. */
export type DefinitionPage = (typeof DEFINITION_LISTS)[keyof typeof DEFINITION_LISTS];

/** Which page is shown, and what of it. Kept in the address's hash: the page may be served below any path. */
export type Route =
  { readonly page: 'live' } | { readonly page: DefinitionPage; readonly key: string | null };

export type PageName = Route['page'];

/** Reads `#/flags/new_onboarding`. What is not known is the live page. */
export function parseRoute(hash: string): Route {
  const [, name, key = ''] = hash.replace(/^#/, '').split('/', 3);
  const page = Object.values(DEFINITION_LISTS).find((each) => each === name);
  return page === undefined ? { page: 'live' } : { page, key: decoded(key) };
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
