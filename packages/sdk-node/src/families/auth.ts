import type { FamilyHost, FamilyVerb } from './family.js';

interface Way {
  /** `password`, `google`, `saml`, `magic_link`… */
  readonly method?: string;
}

/** What becomes of accounts and sign-ins. Never a password, a token or a code. */
export interface AuthEvents {
  readonly signed_up: Way;
  readonly logged_in: Way;
  /** Of the person where the name that was tried is known, else of the device. */
  readonly login_failed: Way & {
    /** `wrong_password`, `locked`, `mfa_failed`… */
    readonly reason: string;
  };
  readonly logged_out: object;
  readonly password_reset_requested: object;
  readonly password_reset: object;
  readonly email_verified: object;
  readonly mfa_enabled: Way;
  readonly mfa_disabled: Way;
  readonly account_deleted: { readonly reason?: string };
}

/**
 * Creates the verb of authentication.
 * @example
 * const auth = authEvents(px);
 * auth('login_failed', { method: 'password', reason: 'wrong_password' });
 */
export const authEvents =
  (px: FamilyHost): FamilyVerb<AuthEvents> =>
  (event, properties, details) =>
    px.track(event, properties, details);
