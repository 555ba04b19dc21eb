import {
  CONTROL_EVENTS,
  type CampaignContext,
  type JsonObject,
  type PxEvent,
} from '@px-platform/protocol';
import type { FeatureContext } from './features.js';
import { parseJson } from './parse-json.js';
import type { RedactText } from './redact.js';

const KEY = 'campaign';

/** What campaigns and the networks they run on put into addresses. */
const PARAMETER =
  /[?&](utm_\w{1,40}|\w{0,9}clk?id|[gw]braid|li_fat_id|\w\w_cid|epik)=([^&#]{1,500})/g;

interface Kept {
  readonly session: string | null | undefined;
  /** What brought this visit, and what brought the person first. */
  readonly visit: CampaignContext;
  readonly first: CampaignContext;
}

/** What brought people here. */
export interface Campaign {
  /** Says it of an event. */
  finish(event: PxEvent): PxEvent;
  reset(): void;
}

/**
 * Creates the keeper of campaigns. The page that a visit begins on decides, until another page is entered
 * with a campaign in its address; what brought the person first goes with `$identify`, set once.
 */
export function createCampaign(
  { platform: { storage } }: Pick<FeatureContext, 'platform'>,
  redact: RedactText,
): Campaign {
  let isEntered = false;

  /** A click id looks like a secret, and is what the campaign is known by. */
  const readCampaign = (url: string): CampaignContext =>
    Object.fromEntries(
      [...url.matchAll(PARAMETER)].map(([, name = '', value = '']) => [
        name,
        name.startsWith('utm') ? redact(decode(value)) : value,
      ]),
    );

  return {
    finish(event) {
      const { url = '', referrer = '' } = event.context?.page ?? {};
      let kept = parseJson(storage.get(KEY)) as Kept | null;
      const isNew = kept?.session !== event.session_id;
      if (isNew || !isEntered) {
        const found = readCampaign(url);
        const isReferred = referrer && hostOf(referrer) !== hostOf(url);
        const visit = isReferred ? { ...found, referrer: redact(referrer) } : found;
        if (!kept || isNew || hasAny(found)) {
          kept = { session: event.session_id, visit, first: kept?.first ?? visit };
          storage.set(KEY, JSON.stringify(kept));
        }
        isEntered = true;
      }
      const { visit, first } = kept as Kept;
      const context = { ...event.context, ...(hasAny(visit) && { campaign: visit }) };
      if (event.event !== CONTROL_EVENTS.identify || !hasAny(first)) return { ...event, context };
      // The developer's own word on a trait comes before ours.
      const $set_once = {
        ...withPrefix(first),
        ...(event.properties?.['$set_once'] as JsonObject),
      };
      return { ...event, context, properties: { ...event.properties, $set_once } };
    },
    reset: () => storage.remove(KEY),
  };
}

const withPrefix = (first: CampaignContext) =>
  Object.fromEntries(Object.entries(first).map(([name, value]) => [`initial_${name}`, value]));

const hasAny = (campaign: CampaignContext) => Object.keys(Object(campaign)).length > 0;
const hostOf = (url: string) => url.split('/')[2];

function decode(value: string): string {
  try {
    return decodeURIComponent(value.replace(/\+/g, ' '));
  } catch {
    return value;
  }
}
