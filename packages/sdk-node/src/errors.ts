/** Why an event of a server will never be delivered, beside the reasons that pages have, too. */
export const NODE_DROP_REASONS = {
  /** It says neither whose it is nor which device's. */
  missingIdentity: 'missing_identity',
  invalidTimestamp: 'invalid_timestamp',
  /** It was left, or came, when the client was shut down. */
  shutdown: 'shutdown',
  /** The client has no key or no address. */
  unusable: 'unusable_options',
} as const;
