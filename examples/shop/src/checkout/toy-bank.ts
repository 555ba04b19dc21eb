/** Planted friction (README, F4): the one postcode for which paying breaks. */
export const BROKEN_POSTCODE = '10999';

/** The bank at the end of the wire, which takes toy money. */
export interface ToyBank {
  /** Resolves once the toy money has moved; rejects for one particular postcode. */
  pay(payment: { readonly postcode: string; readonly totalCents: number }): Promise<void>;
}

/** A bank that needs a moment for each payment. */
export function createToyBank({
  wait,
  paysAfterMs = 700,
}: {
  readonly wait: (ms: number) => Promise<void>;
  readonly paysAfterMs?: number;
}): ToyBank {
  return {
    async pay({ postcode }) {
      await wait(paysAfterMs);
      if (postcode.replace(/\s/g, '') === BROKEN_POSTCODE) {
        throw new TypeError(`toy bank: no delivery zone for postcode ${BROKEN_POSTCODE}`);
      }
    },
  };
}
