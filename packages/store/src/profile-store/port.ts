import type { JsonObject } from '@px-platform/protocol';

/** A person as one event shows them. */
export interface PersonSighting {
  readonly tenant_id: string;
  readonly project_id: string;
  /** Canonical UUID. */
  readonly user_id: string;
  readonly distinct_id: string;
  readonly is_identified: boolean;
  /** Epoch milliseconds. */
  readonly first_seen: number;
  readonly last_seen: number;
}

/** Traits from one identify. `set` overwrites with the newest event; `set_once` never overwrites. */
export interface TraitsUpdate {
  readonly project_id: string;
  readonly user_id: string;
  readonly event_id: string;
  readonly timestamp: number;
  readonly set: JsonObject;
  readonly set_once: JsonObject;
}

/** A stored person. */
export interface Person {
  readonly user_id: string;
  readonly person: number;
  readonly distinct_id: string;
  readonly is_identified: boolean;
  readonly traits: JsonObject;
  readonly first_seen: number;
  readonly last_seen: number;
}

/** Who people are: one row a person, numbered densely within the project. */
export interface ProfileStore {
  /**
   * Records the sightings and returns each person's number by `project_id` + `/` + `user_id`.
   * A number is allotted once, from 1, and never changes.
   */
  see(sightings: readonly PersonSighting[]): Promise<ReadonlyMap<string, number>>;
  /** Idempotent by event, and independent of the order in which updates arrive. */
  applyTraits(updates: readonly TraitsUpdate[]): Promise<void>;
  find(projectId: string, userId: string): Promise<Person | null>;
  close(): Promise<void>;
}
