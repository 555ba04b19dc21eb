import type { UrlPattern } from './document.js';
import { inAnyCase, matches } from './pattern.js';

/** The parts of the standard's URL that are used: there in browsers, Node.js, Deno, Bun and workers. */
declare const URL: new (
  url: string,
  base?: string,
) => {
  readonly href: string;
  readonly origin: string;
  readonly host: string;
  readonly pathname: string;
  readonly hash: string;
  readonly searchParams: {
    get(name: string): string | null;
    forEach(visit: (value: string, name: string) => void): void;
  };
};

/** Whether a page is one of those meant: included, where any are, and not excluded. Without patterns none is. */
export const isAtUrl = (patterns: readonly UrlPattern[], url: string): boolean => {
  let isIncluded = patterns.length > 0 && patterns.every(({ include }) => !include);
  for (const pattern of patterns) {
    if (pattern.type === 'regex' ? isRegexMatch(pattern, url) : isSimpleMatch(pattern, url)) {
      if (!pattern.include) return false;
      isIncluded = true;
    }
  }
  return isIncluded;
};

const isRegexMatch = (owner: UrlPattern, url: string) => {
  const { href, origin } = new URL(url, 'https://_');
  return [href, href.slice(origin.length)].some((text) => matches(owner, owner.pattern, text));
};

/** What `*` becomes while a pattern is read as an address. */
const ANYTHING = '_____';

const isSimpleMatch = (owner: UrlPattern, url: string) => {
  const actual = new URL(url, 'https://_');
  // `example.com/a` names a host, and `/a` none.
  const wanted = new URL(
    owner.pattern.replace(/^([^:/?]*)\./, 'https://$1.').replaceAll('*', ANYTHING),
    `https://${ANYTHING}`,
  );
  const isLike = (pattern: string, text: string, edge = '') =>
    matches(
      owner,
      `^${edge}${pattern.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&').replaceAll(ANYTHING, '.*')}${edge}$`,
      text,
      inAnyCase,
    );
  let isMatch =
    isLike(wanted.host, actual.host) &&
    isLike(wanted.pathname.replace(/^\/|\/$/g, ''), actual.pathname, '/?');
  if (wanted.hash) isMatch &&= isLike(wanted.hash, actual.hash);
  wanted.searchParams.forEach((value, name) => {
    isMatch &&= isLike(value, actual.searchParams.get(name) ?? '');
  });
  return isMatch;
};
