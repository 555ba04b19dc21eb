import {
  ANONYMOUS_KEY,
  combineDisposers,
  SESSION_KEY,
  USER_KEY,
  writeSession,
  type KeyValueStorage,
  type Plugin,
} from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';

const PARAMETER = '_px';
/** Long enough to follow a link, too short to hand it on. */
const VALID_MS = 120_000;

/**
 * Lets a visit go on across domains that are one site to the person: a link that is followed to one of
 * them carries the device's id and the visit's, and the page it leads to takes them over. Both
 * pages have this plugin and name each other; subdomains are meant as well.
 * @example
 * PX.init({ apiKey, projectId, plugins: [linkDomains(['shop.example', 'pay.example'])] });
 */
export function linkDomains(domains: readonly string[]): Plugin {
  const isListed = (host: string) =>
    domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  let storage: KeyValueStorage | null = null;

  return {
    name: 'link-domains',
    adapt(platform) {
      storage = adoptOnArrival(platform.storage, isListed);
      return { ...platform, storage };
    },
    setup({ consent }) {
      const decorate = (event: Event) => {
        const link = event
          .composedPath()
          .find((target) => target instanceof HTMLAnchorElement && target.href);
        if (!(link instanceof HTMLAnchorElement) || consent().analytics !== 'granted') return;
        if (link.hostname === location.hostname || !isListed(link.hostname)) return;
        const anonymousId = storage?.get(ANONYMOUS_KEY);
        const session = /"id":"([\w-]+)"/.exec(storage?.get(SESSION_KEY) ?? '')?.[1];
        if (!anonymousId || !session) return;
        const given = link.href;
        const url = new URL(given);
        url.searchParams.set(PARAMETER, [anonymousId, session, Date.now().toString(36)].join('.'));
        link.href = url.href;
        // The browser has followed it by then: nobody copies an address with ids in it.
        setTimeout(() => (link.href = given));
      };
      return combineDisposers(
        ['click', 'auxclick'].map((type) => listen(window, type, decorate, { capture: true })),
      );
    },
  };
}

interface Arrival {
  readonly anonymousId: string;
  readonly session: string;
}

/** Takes over what the address brought when ids are first asked for, which is once the person agrees. */
function adoptOnArrival(
  own: KeyValueStorage,
  isListed: (host: string) => boolean,
): KeyValueStorage {
  let arrival = readArrival(isListed);
  const adopt = () => {
    const { anonymousId, session } = arrival ?? {};
    arrival = null;
    // A person who is known here stays who they are.
    if (!anonymousId || !session || own.get(USER_KEY) !== null) return;
    own.set(ANONYMOUS_KEY, anonymousId);
    own.set(SESSION_KEY, writeSession(session, Date.now()));
  };
  return {
    ...own,
    get(key) {
      if (arrival && [ANONYMOUS_KEY, SESSION_KEY, USER_KEY].includes(key)) adopt();
      return own.get(key);
    },
  };
}

/** Reads the address once, and takes the parameter out of it whether it is good or not. */
function readArrival(isListed: (host: string) => boolean): Arrival | null {
  const url = new URL(location.href);
  const given = url.searchParams.get(PARAMETER);
  if (given === null) return null;
  url.searchParams.delete(PARAMETER);
  history.replaceState(history.state, '', url.href);
  const [, anonymousId, session, time] =
    /^([\w-]{1,100})\.([\w-]{36})\.([\da-z]+)$/.exec(given) ?? [];
  if (!anonymousId || !session || !time) return null;
  const age = Math.abs(Date.now() - parseInt(time, 36));
  // A link that was mailed or posted must not make strangers one: it is old, or comes from elsewhere.
  const isFromElsewhere =
    document.referrer !== '' && !isListed(new URL(document.referrer).hostname);
  return age > VALID_MS || isFromElsewhere ? null : { anonymousId, session };
}
