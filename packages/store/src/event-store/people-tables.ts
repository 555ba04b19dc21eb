/** A person of a project: everyone they turned out to be. */
export interface PersonScope {
  readonly tenant_id: string;
  readonly project_id: string;
  /** Canonical UUIDs. */
  readonly user_ids: readonly string[];
}

/** Whom a dead letter may be about: it has no canonical id, only what was sent, or what stands in its place. */
export interface PersonTexts {
  /** Values of `user_id`, `anonymous_id` and `previous_id` in an event's body. */
  readonly ids: readonly string[];
}

/** What is kept of a person, by the kind of thing. */
export const PERSON_PARTS = ['events', 'sessions', 'links', 'dead_events'] as const;
export type PersonPart = (typeof PERSON_PARTS)[number];

/** Finds what is kept of people, and takes it away. */
export interface PeopleTables {
  /**
   * Everyone who is the same person as these, as far as links tell, themselves included: the known one that they turned out to
   * be, and all anonymous ones that turned out to be that one.
   */
  samePerson(scope: PersonScope): Promise<string[]>;
  /** The ids these people were sent under, as they are stored: masked where they are personal. */
  idsOf(scope: PersonScope): Promise<string[]>;
  /** Which of these events are stored. All have one of the names. */
  storedEvents(
    scope: Pick<PersonScope, 'tenant_id' | 'project_id'>,
    events: { readonly ids: readonly string[]; readonly names: readonly string[] },
  ): Promise<string[]>;
  /** Rows of a part, oldest first, in pages, as they are stored. */
  rowsOf(part: PersonPart, scope: PersonScope & PersonTexts): AsyncIterable<readonly object[]>;
  /**
   * Deletes all of it, from every table there is, and resolves once it is gone; how many rows of each part there were. May
   * be repeated, and goes on where it was cut short.
   */
  erase(scope: PersonScope & PersonTexts): Promise<Readonly<Record<PersonPart, number>>>;
}
