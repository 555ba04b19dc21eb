import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { Find } from './find.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)';
/** Not a part of a longer number, name or version. Every repetition is bounded. */
const V4 = new RegExp(`(?<![\\w.-])${OCTET}(?:\\.${OCTET}){3}(?![\\w]|\\.\\d|-[A-Za-z\\d])`, 'g');
const V6 = /(?<![\w:.])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\d{0,2}(?:\.\d{1,3}){3})?(?![\w:])/gi;
/** `Chrome/140.0.0.0`, `version 1.2.3.4`. A path's own names are small, and have a slash before them. */
const VERSION =
  /(?:^|[\s(;"])[A-Z][A-Za-z]*\/$|(?:version|build|release|firmware|ver\.?)["']?[\s:=]*["']?$/i;
const V6_BEFORE = /:(?:ffff)?:$|:ffff:$/i;
const PRODUCT = /(?:^|[\s(;"])[A-Z][A-Za-z]*\/$/;

/** IPv4 and IPv6 addresses in a text, but not the machine's own, nor the versions of products. */
export function findIps(
  text: string,
  { v4, v6 }: { readonly v4: boolean; readonly v6: boolean },
): Find[] {
  const finds: Find[] = [];
  if (v4) {
    for (const { 0: match, index } of text.matchAll(V4)) {
      // After a colon it may be the end of an IPv6 address, which is found below.
      const isPart =
        text[index - 1] === ':' && V6_BEFORE.test(text.slice(Math.max(0, index - 7), index));
      if (isPart || isOwn(match) || isVersion(text.slice(Math.max(0, index - 40), index))) continue;
      finds.push({ kind: 'ip', start: index, end: index + match.length });
    }
  }
  if (v6) {
    for (const { 0: match, index } of text.matchAll(V6)) {
      if (!isIPv6(match) || isOwn(match)) continue;
      // `a::b` is somebody's syntax; an address has more to say.
      if (match.replace(/[^\da-f]/gi, '').length < 4) continue;
      finds.push({ kind: 'ip', start: index, end: index + match.length });
    }
  }
  return finds;
}

function isVersion(before: string): boolean {
  if (before.endsWith('/')) return PRODUCT.test(before);
  return VERSION.test(before);
}

/** One's own machine, and none at all. */
function isOwn(ip: string): boolean {
  return ip.startsWith('127.') || ip === '0.0.0.0' || ip === '::1' || ip === '::';
}

/** The network that an address is in: /24 of IPv4, /48 of IPv6. What is no address comes back as it was. */
export function networkOf(ip: string): string {
  if (isOwn(ip) || isIP(ip) === 0) return ip;
  if (isIPv4(ip)) return ip.replace(/\d+$/, '0');
  const groups = groupsOf(ip);
  const v4 = mappedV4(groups);
  if (v4) return networkOf(v4);
  return `${groups
    .slice(0, 3)
    .map((group) => group.toString(16))
    .join(':')}::`;
}

/** One way of writing an address, so that equal ones stay equal. */
export function canonicalIp(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const groups = groupsOf(ip);
  return mappedV4(groups) ?? groups.map((group) => group.toString(16)).join(':');
}

/** The eight groups. The zone (`%eth0`) is the machine's own affair. */
function groupsOf(ip: string): number[] {
  const plain = ip
    .replace(/%.*$/, '')
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...octets: string[]) => {
      const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
      return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
    });
  const [head = '', tail] = plain.split('::', 2);
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  if (tail === undefined) return read(head);
  const [first, last] = [read(head), read(tail)];
  return [...first, ...Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0), ...last];
}

/** `::ffff:203.0.113.7` is an IPv4 address as an IPv6 socket sees it. */
function mappedV4(groups: readonly number[]): string | null {
  if (groups.length !== 8 || groups[5] !== 0xffff || groups.slice(0, 5).some(Boolean)) return null;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
