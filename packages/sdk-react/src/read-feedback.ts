/** What somebody says of the product: a `rating`, a `score` or a `text`, or more than one. */
export interface Feedback {
  /** Stars, 1 to 5. */
  readonly rating?: number | null | undefined;
  /** How likely they are to recommend it, 0 to 10. */
  readonly score?: number | null | undefined;
  /** In their own words: up to 10,000 characters. Blanks around it are left out. */
  readonly text?: string | null | undefined;
  /** More of the event: which form, of what. */
  readonly properties?: object | undefined;
}

const MOST_CHARACTERS = 10_000;

/** The properties of the event; undefined where it cannot be used. Throws where it is nothing of the kind. */
export function readFeedback({ rating, score, text, properties }: Feedback): object | undefined {
  // A form has them all, also what was left empty.
  const words = text?.trim() || undefined;
  const said = { rating: rating ?? undefined, score: score ?? undefined, text: words };
  const isSound =
    isWithin(said.rating, 1, 5) &&
    isWithin(said.score, 0, 10) &&
    isWithin(words?.length, 1, MOST_CHARACTERS) &&
    JSON.stringify(said) !== '{}';
  return isSound ? { ...properties, ...said } : undefined;
}

/** What is no number is within nothing. */
const isWithin = (value: unknown, least: number, most: number) =>
  value === undefined || (typeof value === 'number' && value >= least && value <= most);
