/** Why an event of a server will never be delivered, beside the reasons that pages have, too. */
export const NODE_DROP_REASONS = {
  /** It says neither whose it is nor which device's. */
  missingIdentity: 'missing_identity',
  invalidTimestamp: 'invalid_timestamp',
  /** It was left, or came, when the client was shut down. */
  shutdown: 'shutdown',
  /** More waited than `spool.maxBytes`. */
  spoolFull: 'spool_full',
  /** A line of the spool that is no event. */
  spoolCorrupt: 'spool_corrupt',
  /** It was in a file of the spool that is gone, or cannot be read. */
  spoolLost: 'spool_lost',
  /** The client has no key or no address. */
  unusable: 'unusable_options',
} as const;
