import type { Geo } from '../geo/port.js';
import { campaignStep } from './campaign.js';
import { consentStep } from './consent.js';
import { createDeviceStep } from './device.js';
import { createGeoStep } from './geo.js';
import { groupsStep } from './groups.js';
import { identityStep } from './identity.js';
import { localeStep } from './locale.js';
import { createPageStep } from './page.js';
import { propertiesStep } from './properties.js';
import { referrerStep } from './referrer.js';
import type { Step } from './step.js';

/** What steps ask. */
export interface StepDeps {
  /** @default none: no place is found */
  readonly geo?: Geo | undefined;
}

/** THE list of enrichment steps, in the order in which the live page shows them. */
export function createSteps({ geo = { find: () => null } }: StepDeps = {}): readonly Step[] {
  return [
    identityStep,
    propertiesStep,
    createPageStep(),
    campaignStep,
    referrerStep,
    groupsStep,
    createDeviceStep(),
    localeStep,
    consentStep,
    createGeoStep(geo),
  ];
}
