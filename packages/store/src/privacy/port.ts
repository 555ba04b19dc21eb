/** Whom a request is about, as the customer's own systems know them. One of the two at least. */
export interface PrivacySubject {
  readonly user_id?: string;
  readonly anonymous_id?: string;
}

/** A request about a person, as it is told to whoever asks what became of it. Times are epoch milliseconds. */
export interface PrivacyRequest {
  readonly id: string;
  readonly tenant_id: string;
  readonly project_id: string;
  readonly kind: 'export' | 'erasure';
  /** Canonical UUIDs of the person, as far as they were known when it was asked or finished. */
  readonly user_ids: readonly string[];
  readonly requested_by: string;
  readonly requested_at: number;
  /** By when the law wants it finished. */
  readonly due_at: number;
  readonly finished_at: number | null;
  readonly attempts: number;
  /** Why the last attempt failed; the next one comes by itself. */
  readonly last_error: string | null;
  /** What was found, or deleted, by kind. */
  readonly report: Readonly<Record<string, number>> | null;
}

/** A request that somebody works on. */
export interface ClaimedRequest extends PrivacyRequest {
  readonly subject: PrivacySubject;
  /** Ids they were sent under, as far as an earlier attempt has found them: what it deleted tells them no more. */
  readonly ids: readonly string[];
  /** When it was deleted for the first time, epoch milliseconds. */
  readonly swept_at: number | null;
}

/** Somebody who was forgotten. */
export interface ErasedPerson {
  readonly project_id: string;
  /** Canonical UUID. */
  readonly user_id: string;
  /** Epoch milliseconds: what happened until then is not stored again. */
  readonly erased_at: number;
}

/** What to ask for. */
export interface NewPrivacyRequest {
  readonly tenant_id: string;
  readonly project_id: string;
  readonly kind: PrivacyRequest['kind'];
  readonly subject: PrivacySubject;
  readonly user_ids: readonly string[];
  /** A key's prefix, or whom a token names. */
  readonly requested_by: string;
}

/** Requests about people, their audit trail, and who was forgotten. */
export interface PrivacyStore {
  ask(request: NewPrivacyRequest): Promise<PrivacyRequest>;
  find(scope: PrivacyScope, id: string): Promise<PrivacyRequest | null>;
  /** The newest first, a hundred at most. */
  list(scope: PrivacyScope): Promise<PrivacyRequest[]>;
  /**
   * Takes the oldest unfinished erasure that nobody has, for so long, milliseconds; null where there is none. Whoever
   * does not finish in time loses it to somebody else.
   */
  claim(leaseMs: number): Promise<ClaimedRequest | null>;
  /** Writes down what was deleted by now, and gives it back, to be finished after so many milliseconds. */
  swept(id: string, outcome: PrivacyOutcome & { readonly waitMs: number }): Promise<void>;
  /** Writes down what came of it, and forgets the subject. */
  finish(id: string, outcome: PrivacyOutcome): Promise<void>;
  /** Gives it back, to be tried again after so many milliseconds. */
  putOff(id: string, why: { readonly error: string; readonly waitMs: number }): Promise<void>;
  /**
   * From now on what these people did until now is not stored again. The request keeps whom it is about, for whoever takes
   * it after somebody who was cut short.
   */
  forget(
    request: Pick<ClaimedRequest, 'id' | 'project_id'>,
    person: Pick<ClaimedRequest, 'user_ids' | 'ids'>,
  ): Promise<void>;
  /** Those forgotten since then, epoch milliseconds, the time included. */
  erasedSince(since: number): Promise<ErasedPerson[]>;
}

export interface PrivacyScope {
  readonly tenant_id: string;
  readonly project_id: string;
}

export interface PrivacyOutcome {
  readonly user_ids: readonly string[];
  readonly report: Readonly<Record<string, number>>;
}
