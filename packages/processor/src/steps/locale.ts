import type { Findings, Step } from './step.js';

/** Language and zone as the client says; for plain HTTP senders, the language the request prefers. */
export const localeStep: Step = {
  name: 'locale',
  enrich({ event, hints }) {
    const locale = event.context?.locale ?? hints['accept-language']?.split(/[,;]/, 1)[0]?.trim();
    const timezone = event.context?.timezone;
    const found: Findings = {};
    if (locale) found.locale = locale;
    if (timezone) found.timezone = timezone;
    return found;
  },
};
