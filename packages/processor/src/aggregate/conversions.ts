import { PAYMENTS, plainName, SIGN_UPS } from '../event-kinds.js';

/** THE rule for which events are conversions, where an installation does not name its own: a new account, or a payment. */
export const CONVERSIONS: readonly string[] = [...SIGN_UPS, ...PAYMENTS];

/** Names of events as they are compared: case, spaces, dots and dashes make no difference. */
export function conversionNames(names: readonly string[] = CONVERSIONS): readonly string[] {
  return [...new Set(names.map(plainName))];
}
