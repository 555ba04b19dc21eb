import type { JsonObject, PageContext, PxEvent } from '@px-platform/protocol';

/** What more is taken out, and where. */
export interface RedactOptions {
  /** Of your own: what they match becomes `[redacted]`. @default [] */
  readonly patterns?: readonly RegExp[];
  /** Whether the properties and traits that you track yourself are redacted, too. @default false */
  readonly properties?: boolean;
}

/** Takes personal data and secrets out of a text, address or title. */
export type RedactText = (text: string) => string;

/** What is looked for, what stands in its place, and what else must be true of a find. */
type Rule = readonly [pattern: RegExp, label: string, isIt?: (match: string) => boolean];

/** What digits are set apart with; in addresses a plus sign is a space. */
const GAP = '[ ().+-]{0,2}';
/** What an email's parts are not made of, whatever is around it. */
const NOT_MAIL = '\\s@/?&=#:;,<>"\'()[\\]';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** What addresses, once or twice over, and selectors write in another way, and the rules know in plain. */
const ENCODED = /%(?:25)?(2[0289BDE]|3[AD]|40)|\\(?:(3\d) )?/gi;

/**
 * In order: each sees what the ones before it left. Every repetition is bounded or takes all that it
 * could take, so that the time is linear in the text whatever stands there.
 */
const RULES: readonly Rule[] = [
  // https://user:password@host
  [/\/\/[^\s/?#@]{1,200}@/g, '//[user]@'],
  // ?token=…, "password":"…": the name tells, whatever the value looks like. `token: }` is prose.
  [
    /((?:passw|pwd|secret|token|mail|phone|mobile|session|signature|authoriz|\b(?:code|key|api_?key|auth|otp|pin|ssn|sid|sig|tel|cvc|user|login)\b)[\w[\]-]{0,20}(?:=["']?|["']\s?:\s?["'])|passw\w{0,9}:\s?)[^\s&#"'<>;,]+/gi,
    '$1[redacted]',
  ],
  [
    /\b(?:(?:bearer|basic)[ +]|eyJ|[spr]k[_-]|gh[a-z]_|xox[a-z]-|AKIA|AIza)[\w.~+/=-]{10,}/gi,
    '[token]',
  ],
  // Words whole, so that none is looked at twice.
  [
    new RegExp(`[^${NOT_MAIL}]+(?:@[^${NOT_MAIL}.]{1,63}(?:\\.[^${NOT_MAIL}.]{1,63})+)?`, 'g'),
    '[email]',
    (match) => match.includes('@'),
  ],
  [
    new RegExp(`\\b[a-z]{2}\\d\\d(?:${GAP}[a-z\\d]{4}){2,7}(?:${GAP}[a-z\\d]{1,3})?\\b`, 'gi'),
    '[iban]',
    isIban,
  ],
  [new RegExp(`\\d(?:${GAP}\\d){12,18}`, 'g'), '[card]', isCard],
  [
    new RegExp(
      `(?:\\+|\\b0)\\d(?:${GAP}\\d){7,13}|\\b\\d{3}[ ).-]{1,2}\\d{3}[ .-]\\d{3,4}\\b`,
      'g',
    ),
    '[phone]',
  ],
  // Letters and digits taking turns look drawn by lot. Not UUIDs, nor files named by their hash.
  [/[\w-]{20,}(?:\.\w{2,5}\b)?/g, '[token]', isDrawn],
];

/** The one stage that redacts. */
export interface Redaction {
  readonly text: RedactText;
  /** Where an event happened, and all that a capture read. */
  event(event: PxEvent, isCaptured: boolean): PxEvent;
}

/** Creates the stage. */
export function createRedaction(given: RedactOptions | boolean): Redaction {
  const { patterns = [], properties } = Object(given) as RedactOptions;
  const own = patterns.map(({ source, flags }): Rule => [
    new RegExp(source, `${flags.replace('g', '')}g`),
    '[redacted]',
  ]);
  const rules = given === false ? [] : [...own, ...RULES];
  const text: RedactText = (text) => {
    // Its digits may spell anything; it says nothing of anybody, and events are joined by it.
    if (UUID.test(text)) return text;
    const plain = text.replace(ENCODED, (_, percent?: string, digit = percent) =>
      digit ? String.fromCharCode(parseInt(String(digit), 16)) : '',
    );
    const redacted = rules.reduce(
      (left, [pattern, label, isIt]) =>
        left.replace(
          pattern,
          (isIt ? (match: string) => (isIt(match) ? label : match) : label) as string,
        ),
      plain,
    );
    return redacted === plain ? text : redacted;
  };
  const redact = (json: string): unknown =>
    JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? text(value) : value));

  /** Many events happen on one page. */
  let seen = '';
  let page: PageContext = {};
  const readPage = (given: PageContext) => {
    const json = JSON.stringify(given);
    if (json !== seen) page = redact(json) as PageContext;
    seen = json;
    return page;
  };

  return {
    text,
    event: (event, isCaptured) => ({
      ...event,
      context: {
        ...event.context,
        ...(event.context?.page && { page: readPage(event.context.page) }),
      },
      properties:
        isCaptured || properties
          ? (redact(JSON.stringify(event.properties ?? {})) as JsonObject)
          : (event.properties ?? {}),
    }),
  };
}

function isDrawn(text: string): boolean {
  return (
    (text.match(/\d[a-z]|[a-z]\d/gi)?.length ?? 0) > 2 &&
    !UUID.test(text) &&
    !/\.(m?js|css|map|wasm)$/i.test(text)
  );
}

/** ISO 7812, of the ranges that cards for paying are issued in. */
function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  const sum = digits
    .split('')
    .reverse()
    .reduce(
      (sum, digit, place) => sum + Number(place % 2 ? '0246813579'[Number(digit)] : digit),
      0,
    );
  return sum % 10 === 0 && /^([3-6]|2[2-7])/.test(digits);
}

/** ISO 13616: with its head at the end, and read as a number, it leaves 1 when divided by 97. Words may follow it. */
function isIban(text: string): boolean {
  const all = text.replace(/[^a-z\d]/gi, '');
  for (let length = 15; length <= all.length; length++) {
    const turned = all.slice(4, length) + all.slice(0, 4);
    const number = turned.replace(/\D/g, (letter) => String(parseInt(letter, 36)));
    if (BigInt(number) % 97n === 1n) return true;
  }
  return false;
}
