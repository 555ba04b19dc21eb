/** What a text has at all, so that the many without anything personal cost one look. */
export interface TextFacts {
  readonly hasAt: boolean;
  /** `%`, or `+` beside `=`: parts of it may be written in another way. */
  readonly hasEscapes: boolean;
  /** `=`, or a colon beside quotes: values with names may stand in it. */
  readonly hasPairs: boolean;
  readonly digits: number;
  readonly dots: number;
  readonly colons: number;
}

const [OTHER, DIGIT, AT, PERCENT, PLUS, EQUALS, DOT, COLON, QUOTE] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

const SIGNS: Readonly<Record<string, number>> = {
  '@': AT,
  '%': PERCENT,
  '+': PLUS,
  '=': EQUALS,
  '.': DOT,
  ':': COLON,
  '"': QUOTE,
  "'": QUOTE,
};

/** The class of each ASCII character. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) =>
  code >= 48 && code <= 57 ? DIGIT : (SIGNS[String.fromCharCode(code)] ?? OTHER),
);

/** Null: nothing that could be, or name, personal data. One pass. */
export function textFacts(text: string): TextFacts | null {
  let [hasAt, hasPercent, hasPlus, hasEquals, hasQuote] = [false, false, false, false, false];
  let [digits, dots, colons] = [0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const kind = code < 128 ? CLASSES[code] : OTHER;
    if (kind === OTHER) continue;
    if (kind === DIGIT) digits += 1;
    else if (kind === DOT) dots += 1;
    else if (kind === COLON) colons += 1;
    else if (kind === AT) hasAt = true;
    else if (kind === PERCENT) hasPercent = true;
    else if (kind === PLUS) hasPlus = true;
    else if (kind === EQUALS) hasEquals = true;
    else hasQuote = true;
  }
  const hasPairs = hasEquals || (hasQuote && colons > 0);
  const hasEscapes = hasPercent || (hasPlus && hasEquals);
  // Seven digits make the shortest phone number, four digits and three dots the shortest address.
  const isPlain = !hasAt && !hasPairs && !hasEscapes && digits < 7 && colons < 2;
  return isPlain && !(digits >= 4 && dots >= 3)
    ? null
    : { hasAt, hasEscapes, hasPairs, digits, dots, colons };
}
