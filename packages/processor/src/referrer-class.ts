import type { PxEvent } from '@px-platform/protocol';
import { campaignOf } from './campaign-of.js';
import {
  CLASS_OF_MARKS,
  CLASS_OF_MEDIUM,
  classOfHost,
  PAID_CLICK_IDS,
  PAID_MEDIUM,
  type SourceClass,
} from './referrer-sources.js';

/** `campaign`: it named itself in the address, and is none of the others. `referral`: any other site. */
export type ReferrerClass = 'direct' | 'internal' | 'paid' | 'campaign' | 'referral' | SourceClass;

const MARKS = Object.keys(CLASS_OF_MARKS);

/**
 * What kind of source brought the visit, where the client tells of the visit; else what led to this page. What the
 * address says is believed before the referrer. Null for an event on no page of which nothing is told.
 */
export function referrerClass(event: PxEvent): ReferrerClass | null {
  const told = campaignOf(event);
  const page = event.context?.page;
  const medium = text(told['utm_medium'])?.toLowerCase();
  const isPaid = PAID_CLICK_IDS.some((name) => told[name]);
  if (isPaid || (medium && PAID_MEDIUM.test(medium))) return 'paid';
  const byMedium = medium && Object.hasOwn(CLASS_OF_MEDIUM, medium) && CLASS_OF_MEDIUM[medium];
  if (byMedium) return byMedium;
  if (told['utm_source'] || told['utm_campaign'] || medium) return 'campaign';
  const mark = MARKS.find((name) => told[name]);
  if (mark !== undefined) return CLASS_OF_MARKS[mark] ?? null;

  const from = hostOf(text(told['referrer']) ?? page?.referrer);
  if (from === null) return page ? 'direct' : null;
  const here = hostOf(page?.url);
  if (here !== null && isSameSite(from, here)) return 'internal';
  return classOfHost(from) ?? 'referral';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without port and `www.`. */
function hostOf(url: string | undefined): string | null {
  const host = url && /^[a-z][a-z\d+.-]*:\/\/(?:www\.)?([^/?#:]+)/i.exec(url)?.[1];
  return host ? host.toLowerCase() : null;
}

function isSameSite(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}
