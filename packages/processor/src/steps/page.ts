import QuickLRU from 'quick-lru';
import { pageTemplate } from '../page-template.js';
import type { Findings, Step } from './step.js';

interface Address {
  readonly host: string;
  readonly path: string;
  readonly template: string;
}

/** Hostile addresses must not fill the memory. */
const LONGEST_REMEMBERED = 500;

/** Where it happened, and what led there. */
export function createPageStep({ capacity = 5_000 } = {}): Step {
  // The events of a page come one after the other.
  const known = new QuickLRU<string, Address | null>({ maxSize: capacity });

  const read = (url: string | undefined): Address | null => {
    if (!url) return null;
    let address = known.get(url);
    if (address === undefined) {
      address = readAddress(url);
      if (url.length <= LONGEST_REMEMBERED) known.set(url, address);
    }
    return address;
  };

  return {
    name: 'page',
    enrich({ event }) {
      const page = event.context?.page;
      if (!page) return {};
      const address = read(page.url);
      const from = read(page.referrer);
      const found: Findings = {};
      if (page.url) found.page_url = page.url;
      if (address) {
        found.page_host = address.host;
        found.page_path = address.path;
        found.page_template = address.template;
      }
      if (page.title) found.page_title = page.title;
      if (page.referrer) found.referrer = page.referrer;
      if (from && from.host !== address?.host) found.referrer_host = from.host;
      return found;
    },
  };
}

function readAddress(url: string): Address | null {
  // Not `canParse` first: most are sound, and would be read twice.
  try {
    const { host, pathname } = new URL(url);
    return { host, path: pathname, template: pageTemplate(pathname) };
  } catch {
    return null;
  }
}
