import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';

/** Of SHA-256: as much as makes it hopeless to find two texts with one token. */
const TOKEN_BYTES = 16;

const EMAIL = /^[^\s@]{1,256}@[^\s@]{1,256}$/;
const PHONE = /^[+\d\s().\-/\u00a0]{7,40}$/;
const TOKEN = /^h_[\w-]{22}$/;

/**
 * What stands in the place of a personal text: the same for the same person wherever they are written, which is why it is
 * brought into one form first. Without the tenant's secret nobody can tell whose it is, not even by trying all phones there are.
 */
export function personalToken(secret: string, text: string): string {
  const digest = createHmac('sha256', secret).update(normalForm(text)).digest();
  return `h_${digest.subarray(0, TOKEN_BYTES).toString('base64url')}`;
}

/** Whether a text is already what stands in another's place. */
export function isPersonalToken(text: string): boolean {
  return TOKEN.test(text);
}

/** An e-mail address in lower case, a phone number (or what is written like one) as its digits, another text without space around it. */
function normalForm(text: string): string {
  const trimmed = text.normalize('NFC').trim();
  if (EMAIL.test(trimmed)) return trimmed.toLowerCase();
  if (!PHONE.test(trimmed) || isIP(trimmed) !== 0) return trimmed;
  const digits = trimmed.replace(/\D/g, '').replace(/^00/, '');
  return digits.length < 7 ? trimmed : digits;
}
