/** What becomes of an e-mail address or a phone number. `hash`: equal ones stay equal, and nobody can read them back. */
export const PRIVACY_ACTIONS = ['keep', 'hash', 'drop'] as const;
export type PrivacyAction = (typeof PRIVACY_ACTIONS)[number];

/** What becomes of an IP address once it was located. `truncate`: to its /24, or its /48 if it is an IPv6 address. */
export const IP_ACTIONS = ['keep', 'truncate', 'hash', 'drop'] as const;
export type IpAction = (typeof IP_ACTIONS)[number];

/** What becomes of personal data in a project's events, before any of it is stored. */
export interface PrivacyRules {
  readonly email: PrivacyAction;
  readonly phone: PrivacyAction;
  readonly ip_address: IpAction;
  /** What a field holds, wherever its name comes: in properties and traits, in the query of an address. */
  readonly fields: { readonly [name: string]: PrivacyAction };
}

/** What counts where a project says nothing else. */
export const DEFAULT_PRIVACY_RULES: PrivacyRules = {
  email: 'hash',
  phone: 'hash',
  ip_address: 'truncate',
  fields: { cpf: 'hash', ssn: 'hash', password: 'drop' },
};

/** The bounds of a project's rules. */
export const PRIVACY_LIMITS = {
  /** Fields that a project may name. */
  fields: 200,
  /** Characters of a field's name. */
  fieldLength: 100,
} as const;

/** A field's name as it is compared: `customerName`, `customer_name` and `Customer-Name` are one field. */
export function fieldName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** What a project said, completed by the defaults. */
export function completeRules(given: Partial<PrivacyRules>): PrivacyRules {
  const { fields = {}, ...others } = given;
  const named = new Set(Object.keys(fields).map(fieldName));
  const unsaid = Object.entries(DEFAULT_PRIVACY_RULES.fields).filter(([name]) => !named.has(name));
  return {
    ...DEFAULT_PRIVACY_RULES,
    ...others,
    fields: { ...Object.fromEntries(unsaid), ...fields },
  };
}
