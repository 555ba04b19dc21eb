import type { Step } from './step.js';

const PARAMETERS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const;

/** The campaign named in the page's address (Urchin parameters). */
export const campaignStep: Step = {
  name: 'campaign',
  enrich({ event }) {
    const url = event.context?.page?.url;
    if (!url?.includes('utm_') || !URL.canParse(url)) return {};
    const { searchParams } = new URL(url);
    const found = PARAMETERS.map((name) => [name, searchParams.get(name)] as const);
    return Object.fromEntries(found.filter(([, value]) => value));
  },
};
