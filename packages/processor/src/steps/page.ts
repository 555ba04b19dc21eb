import type { Step } from './step.js';

/** Where it happened, and what led there. */
export const pageStep: Step = {
  name: 'page',
  enrich({ event }) {
    const page = event.context?.page;
    if (!page) return {};
    const url = parseUrl(page.url);
    const referrer = parseUrl(page.referrer);
    return {
      ...(page.url ? { page_url: page.url } : {}),
      ...(url ? { page_host: url.host, page_path: url.pathname } : {}),
      ...(page.title ? { page_title: page.title } : {}),
      ...(page.referrer ? { referrer: page.referrer } : {}),
      ...(referrer && referrer.host !== url?.host ? { referrer_host: referrer.host } : {}),
    };
  },
};

function parseUrl(text: string | undefined): URL | null {
  return text && URL.canParse(text) ? new URL(text) : null;
}
