import { createCampaign } from './campaign.js';
import type { CreateFeatures } from './features.js';
import { createPeople, type PeopleVerbs } from './people.js';
import { PRIORITIES } from './platform.js';
import { createRedaction } from './redact.js';

/** All features there are: people's groups and lasting properties, campaigns, and redaction, which has the last word. */
export const createStandardFeatures: CreateFeatures<PeopleVerbs> = (context) => {
  const redaction = createRedaction(context.options.redact);
  const people = createPeople(context);
  const campaign = createCampaign(context, redaction.text);
  return {
    ...people,
    finish: (event, { isCaptured, priority }) =>
      // A replay is masked while it is recorded; what it sends is not text.
      redaction.event(
        campaign.finish(event),
        Boolean(isCaptured) && priority !== PRIORITIES.replay,
      ),
    reset() {
      people.reset();
      campaign.reset();
    },
  };
};
