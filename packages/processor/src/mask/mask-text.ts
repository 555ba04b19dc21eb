import { findEmails } from './find-emails.js';
import { findIps } from './find-ips.js';
import { findPhones } from './find-phones.js';
import { isDigitAt, type Find } from './find.js';
import { remember } from './remember.js';
import { replacePairs, type PairStyle, type ReplaceValue } from './replace-pairs.js';
import { isPhone, type Rulebook, type Verdict } from './rulebook.js';
import { textFacts } from './text-facts.js';

export interface TextOptions {
  /** Whether what looks like an IP address may be one. @default true */
  readonly mayBeIp?: boolean;
}

export interface TextMask {
  /** Personal data anywhere in a text. */
  text(text: string, options?: TextOptions): string;
  /** A text under a key. Undefined: it is dropped. */
  keyed(text: string, verdict: Verdict): string | undefined;
}

/** Addresses within addresses, each of them escaped once more. */
const MOST_DECODINGS = 3;
/** Remembered at once. */
const MOST_TEXTS = 5_000;
/** Characters. Below it a look costs less than remembering. */
const WORTH_REMEMBERING = 40;
/** Characters of what is personal at least: `a@b.co`. */
const SHORTEST = 6;

/** Masks texts by a project's rules. What needs none comes back as it is. */
export function createTextMask({ rules, verdictOf, token, inPlaceOf }: Rulebook): TextMask {
  // Addresses, titles and agents come again and again, and each twice in an event at least.
  const knownText = {
    any: remember(MOST_TEXTS, (text) => readText(text, {}, 0)),
    noIp: remember(MOST_TEXTS, (text) => readText(text, { mayBeIp: false }, 0)),
  };

  function maskText(text: string, options: TextOptions, decodings: number): string {
    if (text.length < SHORTEST) return text;
    if (decodings > 0 || text.length < WORTH_REMEMBERING) return readText(text, options, decodings);
    return (options.mayBeIp ?? true) ? knownText.any(text) : knownText.noIp(text);
  }

  function readText(text: string, options: TextOptions, decodings: number): string {
    const facts = textFacts(text);
    if (!facts) return text;
    let masked = text;
    if (facts.hasPairs) masked = replacePairs(masked, (name) => replacementOf(name, decodings));
    if (facts.hasEscapes && decodings < MOST_DECODINGS) {
      masked = maskEscaped(masked, options, decodings + 1);
    }
    const { mayBeIp = true } = options;
    const finds: Find[] = [];
    if (facts.hasAt && rules.email !== 'keep') finds.push(...findEmails(masked));
    if (facts.digits >= 7 && rules.phone !== 'keep') finds.push(...findPhones(masked));
    if (mayBeIp && rules.ip_address !== 'keep') {
      const [v4, v6] = [facts.dots >= 3 && facts.digits >= 4, facts.colons >= 2];
      if (v4 || v6) finds.push(...findIps(masked, { v4, v6 }));
    }
    return finds.length === 0 ? masked : replaceFinds(masked, finds);
  }

  function replaceFinds(text: string, finds: Find[]): string {
    let replaced = '';
    let done = 0;
    for (const { kind, start, end } of finds.sort((a, b) => a.start - b.start || b.end - a.end)) {
      if (start < done) continue;
      replaced += text.slice(done, start) + inPlaceOf(kind, text.slice(start, end));
      done = end;
    }
    return replaced + text.slice(done);
  }

  /** Parts of an address: read as whoever is asked for it reads them, and written back where something was masked. */
  function maskEscaped(text: string, options: TextOptions, decodings: number): string {
    return text.replace(/[^&=#?/\s;"'<>,]+/g, (part) => {
      // A plus sign within is a space; one in front may be of a phone number.
      const isSpaced = part.includes('+', 1);
      if (!isSpaced && !part.includes('%')) return part;
      const spaced = part.slice(0, 1) + part.slice(1).replaceAll('+', ' ');
      for (const written of isSpaced ? [part, spaced] : [part]) {
        const plain = decoded(written);
        const masked = plain === part ? part : maskText(plain, options, decodings);
        if (masked !== plain) return encodeURIComponent(masked.toWellFormed());
      }
      return part;
    });
  }

  /** What becomes of the value that has this name in a text. */
  function replacementOf(name: string, decodings: number): ReplaceValue | null {
    const verdict = verdictOf(name.includes('%') ? decoded(name) : name);
    if (verdict.own === null && verdict.kind !== 'email' && !isPhone(verdict.kind)) return null;
    return (value, style) => {
      if (style.isNested) return maskNested(value, verdict);
      const plain = plainOf(value, style);
      const masked = maskKeyed(plain, verdict, decodings + 1) ?? '';
      return masked === plain ? value : writtenAs(masked, style);
    };
  }

  function maskNested(text: string, { own }: Verdict): string {
    if (own === 'hash') return `"${token(text)}"`;
    return own === 'drop' ? '"[dropped]"' : text;
  }

  function maskKeyed(text: string, { own, kind }: Verdict, decodings: number): string | undefined {
    if (own === 'keep') return text;
    if (own === 'drop') return undefined;
    if (own === 'hash') return token(text);
    if (kind === 'email' && rules.email !== 'keep') {
      return rules.email === 'drop' ? undefined : maskEmail(text);
    }
    if (isPhone(kind) && rules.phone !== 'keep' && isCallable(text, kind === 'phone')) {
      return rules.phone === 'drop' ? undefined : maskPhone(text);
    }
    if (kind === 'ip' && rules.ip_address === 'drop') return undefined;
    return maskText(text, { mayBeIp: kind !== 'version' }, decodings);
  }

  /** The text of an e-mail field: its addresses, without the names beside them; else whatever it says. */
  function maskEmail(text: string): string {
    const finds = findEmails(text);
    if (finds.length === 0) return token(text);
    return finds.map(({ start, end }) => token(text.slice(start, end))).join(', ');
  }

  function maskPhone(text: string): string {
    const finds = findPhones(text);
    if (finds.length < 2) return token(text.replace(/\D/g, ''));
    return finds.map(({ start, end }) => token(text.slice(start, end))).join(', ');
  }

  return {
    text: (text, options = {}) => maskText(text, options, 0),
    keyed: (text, verdict) => maskKeyed(text, verdict, 0),
  };
}

/** `iPhone 14` in a phone field is none. Where the key is no sure sign, the value must look like one throughout. */
function isCallable(text: string, isSure: boolean): boolean {
  if (!isSure) return /^\s*\+?[\d\s().\-/\u00a0]{7,40}$/.test(text) && countDigits(text) >= 7;
  return countDigits(text) >= 4 && !/^h_[\w-]{22}(?:, h_[\w-]{22})*$/.test(text);
}

function countDigits(text: string): number {
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) if (isDigitAt(text, index)) digits += 1;
  return digits;
}

/** A value as it was before it was put into the text. */
function plainOf(value: string, { isEncoded }: PairStyle): string {
  if (isEncoded) {
    // In an address `+` is a space, but in an e-mail address it is itself, whatever the rules of forms say.
    const isSpaced = value.includes('+') && !/@|%40/i.test(value);
    return decoded(isSpaced ? value.replaceAll('+', ' ') : value);
  }
  if (!value.includes('\\')) return value;
  try {
    return JSON.parse(`"${value}"`) as string;
  } catch {
    return value;
  }
}

function writtenAs(text: string, { isEncoded }: PairStyle): string {
  return isEncoded ? encodeURIComponent(text.toWellFormed()) : JSON.stringify(text).slice(1, -1);
}

/** Percent escapes undone; where their bytes are no text, those of ASCII alone. */
function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/%([0-7][\da-f])/gi, (_all, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
  }
}
