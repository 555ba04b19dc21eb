/** Where an address is used, as far as a database knows; empty where it does not. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** English names. */
  readonly region: string;
  readonly city: string;
}

/** Finds the place of an address. */
export interface Geo {
  /** Null for what is no public address, and for those that the database does not know. */
  find(ip: string): Place | null;
}
