import { campaignStep } from './campaign.js';
import { deviceStep } from './device.js';
import { groupsStep } from './groups.js';
import { identityStep } from './identity.js';
import { localeStep } from './locale.js';
import { pageStep } from './page.js';
import { propertiesStep } from './properties.js';
import type { Step } from './step.js';

/** THE list of enrichment steps, in the order in which the live page shows them. */
export const steps: readonly Step[] = [
  identityStep,
  propertiesStep,
  pageStep,
  campaignStep,
  groupsStep,
  deviceStep,
  localeStep,
];
