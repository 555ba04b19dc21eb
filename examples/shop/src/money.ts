const format = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** Cents as a person reads them, without `.00` on round sums. */
export function formatCents(cents: number): string {
  return format.format(cents / 100).replace(/\.00$/, '');
}

/** Cents as events carry them: euros. Money is counted in whole cents everywhere else. */
export function euros(cents: number): number {
  return cents / 100;
}
