import QuickLRU from 'quick-lru';
import type { AcceptedEvent, Enrichment } from '@px-platform/protocol';
import { HINT_HEADERS, readClientHints } from '../client-hints.js';
import { createUserAgentParser, type UserAgent } from '../user-agent.js';
import type { Step } from './step.js';

interface Device {
  readonly isBot: boolean;
  /** A program's own name, not that of a browser: `curl/8.5.0`. */
  readonly isLibrary: boolean;
  readonly asPerson: Partial<Enrichment>;
  readonly asBot: Partial<Enrichment>;
}

/**
 * Browser, system and device, from the user agent; client hints win where they are plainer. Bots are marked. A library's
 * user agent (curl's, say) is a bot's on a page; elsewhere it is that of a server which tells what it knows.
 */
export function createDeviceStep({ capacity = 5_000 } = {}): Step {
  const parseUserAgent = createUserAgentParser({ capacity });
  const known = new QuickLRU<string, Device>({ maxSize: capacity });

  const deviceOf = (userAgent: string, hints: AcceptedEvent['hints']): Device => {
    let key = userAgent;
    for (const name of HINT_HEADERS) key += `\n${hints[name] ?? ''}`;
    let device = known.get(key);
    if (!device) known.set(key, (device = readDevice(userAgent, parseUserAgent(userAgent), hints)));
    return device;
  };

  return {
    name: 'device',
    enrich({ user_agent, hints, event }) {
      if (!user_agent) return {};
      const { isBot, isLibrary, asPerson, asBot } = deviceOf(user_agent, hints);
      const isOnPage = Boolean(event.context?.page?.url);
      return isBot && (isOnPage || !isLibrary) ? asBot : asPerson;
    },
  };
}

/** All Chromium browsers call themselves Chrome; what another name they have is in the hints. */
const CHROME = /^Chrom(?:e|ium)\b/;

function readDevice(userAgent: string, agent: UserAgent, hints: AcceptedEvent['hints']): Device {
  const { is_bot, device_type, ...told } = agent;
  const { brand, isHeadless, os, osVersion, model, deviceType } = readClientHints(hints);
  const found = {
    ...told,
    ...(brand && CHROME.test(agent.browser ?? '')
      ? { browser: brand.name, browser_version: brand.version }
      : {}),
    ...(os && !agent.os ? { os } : {}),
    // A user agent is frozen: "Linux; Android 10" on every phone, 10.15.7 on every Mac.
    ...(osVersion ? { os_version: osVersion } : {}),
    ...(model ? { device_model: model } : {}),
  };
  return {
    isBot: is_bot || isHeadless,
    isLibrary: !userAgent.startsWith('Mozilla/'),
    asPerson: { ...found, device_type: deviceType ?? device_type },
    asBot: { ...found, device_type: 'bot', is_bot: true },
  };
}
