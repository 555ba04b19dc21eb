import type { Issue } from '../issue.js';

/** The card fields, as typed. */
export interface Card {
  readonly number: string;
  readonly expiry: string;
  readonly code: string;
}

export type CardField = keyof Card;

export const EMPTY_CARD: Card = { number: '', expiry: '', code: '' };

/** The only card this shop takes. It belongs to nobody. */
export const TOY_CARD: Card = { number: '0000 0000 0000 0000', expiry: '12 / 99', code: '000' };

/**
 * Takes the toy card and nothing else. A demo must not teach anyone to type a real card number
 * into it, so a real one is turned away before it goes anywhere.
 */
export function validateCard(card: Card): readonly Issue<CardField>[] {
  const issues: Issue<CardField>[] = [];
  for (const field of Object.keys(TOY_CARD) as CardField[]) {
    if (card[field].trim() === '') {
      issues.push({ field, reason: 'required', message: 'The toy card has one of these.' });
    } else if (bare(card[field]) !== bare(TOY_CARD[field])) {
      const message = 'Only the toy card works here. Please never type in a real one.';
      issues.push({ field, reason: 'not_the_toy_card', message });
    }
  }
  return issues;
}

function bare(text: string): string {
  return text.replace(/[\s/-]/g, '');
}
