import { createUserAgentParser } from '../user-agent.js';
import type { Step } from './step.js';

const parseUserAgent = createUserAgentParser();

/** Browser, system and device, from the user agent; client hints win where they are plainer. */
export const deviceStep: Step = {
  name: 'device',
  enrich({ user_agent, hints }) {
    if (!user_agent) return {};
    const agent = parseUserAgent(user_agent);
    const platform = hints['sec-ch-ua-platform']?.replaceAll('"', '');
    return {
      ...agent,
      // A frozen user agent says "Linux; Android 10" on every phone; the hint names the system.
      ...(platform && !agent.os ? { os: platform } : {}),
      ...(hints['sec-ch-ua-mobile'] === '?1' ? { device_type: 'mobile' } : {}),
    };
  },
};
