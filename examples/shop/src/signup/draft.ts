import type { Category } from '../catalogue/product.js';

/** The three ways of being a member. */
export const PLANS = [
  { id: 'nap', label: 'Nap', price: 'Free', promise: 'A letter every new moon.' },
  { id: 'doze', label: 'Doze', price: '€4 a month', promise: 'The letter, and free delivery.' },
  {
    id: 'slumber',
    label: 'Slumber',
    price: '€9 a month',
    promise: 'All of it, and a small surprise each season.',
  },
] as const;

export type PlanId = (typeof PLANS)[number]['id'];

/** What somebody has typed so far while joining. Kept in memory only: it holds a password. */
export interface Draft {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly phone: string;
  readonly plan: PlanId | null;
  readonly interests: readonly Category[];
}

export type DraftField = keyof Draft;

export const EMPTY_DRAFT: Draft = {
  email: '',
  password: '',
  name: '',
  phone: '',
  plan: null,
  interests: [],
};

/** Whether a plan pays for delivery. */
export function deliversFree(plan: PlanId): boolean {
  return plan !== 'nap';
}
