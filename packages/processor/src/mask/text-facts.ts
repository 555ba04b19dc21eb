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
  const counts = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 128) counts[CLASSES[code] as number]! += 1;
  }
  const count = (kind: number) => counts[kind] ?? 0;
  const hasPairs = count(EQUALS) > 0 || (count(QUOTE) > 0 && count(COLON) > 0);
  const hasEscapes = count(PERCENT) > 0 || (count(PLUS) > 0 && count(EQUALS) > 0);
  const hasAt = count(AT) > 0;
  const [digits, dots, colons] = [count(DIGIT), count(DOT), count(COLON)];
  // Seven digits make the shortest phone number, four digits and three dots the shortest address.
  const isPlain = !hasAt && !hasPairs && !hasEscapes && digits < 7 && colons < 2;
  return isPlain && !(digits >= 4 && dots >= 3)
    ? null
    : { hasAt, hasEscapes, hasPairs, digits, dots, colons };
}
