/** The four shelves of the shop. */
export const CATEGORIES = [
  { id: 'light', label: 'Light' },
  { id: 'warm', label: 'Warm' },
  { id: 'sip', label: 'Sip' },
  { id: 'quiet', label: 'Quiet' },
] as const;

export type Category = (typeof CATEGORIES)[number]['id'];

/** One thing for sale. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly priceCents: number;
  /** One line, for cards. */
  readonly tagline: string;
  readonly description: string;
  readonly facts: readonly string[];
  /** A help page beside the facts. */
  readonly guide?: { readonly label: string; readonly path: string };
}
