/** Deeper paths are told apart up to here. */
const MOST_SEGMENTS = 20;
/** A word is shorter. */
const LONGEST_SEGMENT = 300;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])(?:-\d{2}(?:[T _]\d{2}[:.]?\d{2}.{0,16})?)?$/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
/** Digits alone, in groups or with a sign: `123`, `10-20`, `+351210000000`. */
const NUMBER = /^\+?\d+(?:[-_,:]\d+)*$/;
/** A number of a thing, written into its name: `blue-shoes-1234567`, `ORD12345`. Years and versions are shorter. */
const NUMBERED = /(?:^|[-_]|^[a-z]{1,6})\d{5,}(?:[-_]|$)/i;
const HEX = /^[0-9a-f]{7,}$/i;
const TOKEN = /^[\w\-.~+=:]{16,}$/;
const UNBROKEN = /^[a-z\d]+$/i;
/** Where letters meet digits, or small letters capitals: often in what was made by chance, seldom in what was written. */
const TURN = /\d(?=[a-z])|[a-z](?=\d)/gi;
const CASE_TURN = /[a-z](?=[A-Z])|[A-Z](?=[a-z])/g;
const FILE_ENDING = /\.[a-z][a-z\d]{1,4}$/i;

/**
 * What a path has in common with its like: numbers, UUIDs, hashes and tokens become `:id`, dates `:date`, e-mail addresses
 * `:email`. Words, languages (`pt-BR`) and versions stay. The answer has no more segments than the path, is its own
 * template, and says nothing of a query or a hash.
 */
export function pageTemplate(path: string): string {
  const end = path.search(/[?#]/);
  const segments = (end < 0 ? path : path.slice(0, end)).split('/').filter(Boolean);
  const shown = segments.slice(0, MOST_SEGMENTS).map(segmentTemplate);
  if (segments.length > MOST_SEGMENTS) shown.push('*');
  return `/${shown.join('/')}`;
}

function segmentTemplate(segment: string): string {
  if (isWord(segment)) return segment;
  if (segment.length > LONGEST_SEGMENT) return ':id';
  const text = decode(segment);
  if (EMAIL.test(text)) return ':email';
  const ending = FILE_ENDING.exec(text)?.[0];
  const stem = ending && placeholder(text.slice(0, -ending.length));
  return stem ? stem + ending : (placeholder(text) ?? segment);
}

/** Most segments are words in small letters; the rest is not asked of them. */
function isWord(segment: string): boolean {
  return segment.length < 40 && /^[a-z]+(?:-[a-z]+)*$/.test(segment);
}

function placeholder(text: string): string | null {
  if (DATE.test(text)) return ':date';
  if (NUMBER.test(text) || UUID.test(text) || NUMBERED.test(text)) return ':id';
  return isRandom(text) ? ':id' : null;
}

function isRandom(text: string): boolean {
  const digits = count(text, /\d/g);
  // Two digits at least: `face2face` is hexadecimal too.
  if (HEX.test(text)) return digits >= 2 || text.length >= 32;
  if (!TOKEN.test(text)) return false;
  const isPadded = text.endsWith('=');
  if (isPadded || (UNBROKEN.test(text) && text.length >= 40)) return true;
  if (digits < 2) return false;
  // Who writes words in one piece writes at most one number among them; who writes more puts hyphens between.
  if (UNBROKEN.test(text)) return count(text, /\d+/g) >= 2;
  const joined = text.replace(/[^a-z\d]+/gi, '');
  return count(joined, TURN) + count(joined, CASE_TURN) >= 0.3 * text.length;
}

function count(text: string, expression: RegExp): number {
  return text.match(expression)?.length ?? 0;
}

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
