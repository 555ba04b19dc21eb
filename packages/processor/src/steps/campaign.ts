import { campaignOf } from '../campaign-of.js';
import { textsOf } from '../texts-of.js';
import type { Findings, Step } from './step.js';

const PARAMETERS = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const;

/** What brought the visit, as the client kept it; else the campaign named in the page's address (Urchin parameters). */
export const campaignStep: Step = {
  name: 'campaign',
  enrich({ event }) {
    const told = campaignOf(event);
    const found: Findings = { campaign: textsOf(event.context?.campaign) };
    for (const name of PARAMETERS) {
      const value = told[name];
      if (typeof value === 'string' && value !== '') found[name] = value;
    }
    return found;
  },
};
