import type { PxEvent } from '@px-platform/protocol';

const NONE: Readonly<Record<string, unknown>> = {};

/** Whether it is worth reading an address: most have no parameter that a campaign or a network put there. */
const TELLING =
  /[?&](?:utm_\w+|\w{0,9}clk?id|[gw]braid|li_fat_id|\w{2,3}_cid|epik|igsh\w*|srsltid)=/;

/**
 * Parameters that tell what brought the visit, by their own names: as the client kept them, and where it kept none, as
 * they stand in the page's address.
 */
export function campaignOf({ context }: PxEvent): Readonly<Record<string, unknown>> {
  const kept = context?.campaign;
  const url = context?.page?.url;
  if (!url || !TELLING.test(url)) return kept ?? NONE;
  const query = url.slice(url.indexOf('?') + 1).split('#', 1)[0];
  return { ...Object.fromEntries(new URLSearchParams(query)), ...kept };
}
