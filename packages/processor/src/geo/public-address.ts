import { isIPv4, isIPv6 } from 'node:net';

/** Of nobody's country: this host, private networks, those behind a carrier, the link, groups. */
const PRIVATE_4 =
  /^(?:0|10|127|22[4-9]|2[3-5]\d|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const PRIVATE_6 = /^(?:::1?$|f[c-f][\da-f]{2}:)/i;
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** The address as a database knows it, without the wrapping of IPv4 in IPv6; null for one that is not public, or none at all. */
export function publicAddress(text: string): string | null {
  const ip = text.replace(MAPPED, '');
  if (isIPv4(ip)) return PRIVATE_4.test(ip) ? null : ip;
  return isIPv6(ip) && !PRIVATE_6.test(ip) ? ip : null;
}
