/** An event of a sender that knows of no sessions, as a row of `sessionless_events`. */
export interface SessionlessEvent {
  readonly tenant_id: string;
  readonly project_id: string;
  /** Whose visit it belongs to: `a:` and the anonymous id, so that a login does not end it; else `u:` and the person's UUID. */
  readonly owner: string;
  readonly event_id: string;
  /** Epoch milliseconds, in the server's time. */
  readonly timestamp: number;
  readonly client_timestamp: number;
  readonly seq: number;
  readonly event_name: string;
  readonly user_id: string;
  readonly person: number;
  readonly is_identified: boolean;
  readonly page_path: string;
  readonly device_type: string;
  readonly browser: string;
  readonly os: string;
  readonly geo_country: string;
  readonly referrer_host: string;
  readonly utm_source: string;
  readonly utm_medium: string;
  readonly utm_campaign: string;
}

/** A session that was found for such events: a row of `derived_sessions`. */
export interface DerivedSession {
  readonly tenant_id: string;
  readonly project_id: string;
  readonly owner: string;
  readonly session_id: string;
  /** Its first and its last event, epoch milliseconds. */
  readonly started_at: number;
  readonly ended_at: number;
  readonly user_id: string;
  readonly person: number;
  readonly events: number;
  readonly page_views: number;
  /** Events that are a person's own doing, as a click or a submit, rather than a page's. */
  readonly interactions: number;
  readonly errors: number;
  readonly frustrations: number;
  readonly entry_path: string;
  readonly exit_path: string;
  readonly device_type: string;
  readonly browser: string;
  readonly os: string;
  readonly geo_country: string;
  readonly referrer_host: string;
  readonly utm_source: string;
  readonly utm_medium: string;
  readonly utm_campaign: string;
}

/** Whose events are asked for, within a range of the senders' own clocks, epoch milliseconds, both ends included. */
export interface OwnersQuestion {
  readonly tenants: readonly string[];
  readonly projects: readonly string[];
  readonly owners: readonly string[];
  readonly since: number;
  readonly until: number;
  /** At most so many of each owner. */
  readonly limit: number;
}

/** What is kept of the events of senders without sessions, and of the sessions found for them. */
export interface SessionTables {
  /** May hold those of an owner of the same name in another of the tenants and projects. */
  sessionlessEvents(question: OwnersQuestion): Promise<SessionlessEvent[]>;
  /** Those that overlap the range, in the server's time. */
  derivedSessions(question: Omit<OwnersQuestion, 'limit'>): Promise<DerivedSession[]>;
  /**
   * Writes sessions, and takes away others, all at once. Of two that write the same session the higher revision counts.
   */
  writeSessions(change: {
    readonly written: readonly DerivedSession[];
    readonly removed: readonly DerivedSession[];
    readonly revision: number;
  }): Promise<void>;
}
