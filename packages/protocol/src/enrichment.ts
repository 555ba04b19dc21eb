import type { JsonObject } from './json.js';

/**
 * Everything the processor's steps may find out about an event, as it is before any step has run. Each step owns some
 * of the keys; a key no step fills stays as it is here. Every key is a column of `events`.
 */
export const EMPTY_ENRICHMENT = {
  /** The id as sent: `user_id`, or `anonymous_id` before anyone is known. */
  distinct_id: '',
  /** Canonical UUID of the person, derived from `distinct_id` alone (ADR 0003). */
  user_id: '00000000-0000-0000-0000-000000000000',
  /** Whether `distinct_id` is the customer's own id. */
  is_identified: false as boolean,
  /** Properties in canonical form: bounded, no poison, safe to store and query. */
  properties: {} as JsonObject,
  page_url: '',
  page_host: '',
  page_path: '',
  /** `page_path` with what stands for one thing of many put aside: `/users/:id`. */
  page_template: '',
  page_title: '',
  referrer: '',
  /** Empty for a referrer on the page's own host. */
  referrer_host: '',
  utm_source: '',
  utm_medium: '',
  utm_campaign: '',
  utm_term: '',
  utm_content: '',
  /**
   * direct, internal, search, social, email, paid, campaign or referral: of the visit where the client says what brought
   * it, else of the page. Empty where there is neither.
   */
  referrer_class: '',
  /** What brought the visit, by the names its address gave: `utm_source`, `gclid`… and `referrer`. */
  campaign: {} as Readonly<Record<string, string>>,
  /** What the person belongs to: one key of each type. */
  groups: {} as Readonly<Record<string, string>>,
  browser: '',
  browser_version: '',
  os: '',
  os_version: '',
  /** desktop, mobile, tablet, tv, bot or other. */
  device_type: '',
  /** As its maker calls it, where the browser tells: `Pixel 9`. */
  device_model: '',
  /** Whether the user agent says that no person is there. Marked, never dropped. */
  is_bot: false as boolean,
  /** ISO 3166-1 alpha-2. */
  geo_country: '',
  /** English name of the first subdivision, where the database has it. */
  geo_region: '',
  /** English name. */
  geo_city: '',
  /** BCP 47 language tag. */
  locale: '',
  /** IANA zone. */
  timezone: '',
  /**
   * What the person had agreed to when it was made: `analytics=granted replay=denied errors=granted messages=pending`,
   * without what its sender did not say.
   */
  consent: '',
};

/** What is known about an event besides what it said itself. */
export type Enrichment = Readonly<typeof EMPTY_ENRICHMENT>;
