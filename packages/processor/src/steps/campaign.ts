import { textsOf } from '../texts-of.js';
import type { Step } from './step.js';

const PARAMETERS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const;

/** What brought the visit, as the client kept it; else the campaign named in the page's address (Urchin parameters). */
export const campaignStep: Step = {
  name: 'campaign',
  enrich({ event }) {
    const campaign = textsOf(event.context?.campaign);
    const url = event.context?.page?.url;
    const found = PARAMETERS.map(
      (name) => [name, campaign[name] ?? parameterOf(url, name)] as const,
    );
    return { ...Object.fromEntries(found.filter(([, value]) => value)), campaign };
  },
};

function parameterOf(url: string | undefined, name: string): string | null {
  if (!url?.includes('utm_') || !URL.canParse(url)) return null;
  return new URL(url).searchParams.get(name);
}
