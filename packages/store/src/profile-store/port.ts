import type { JsonObject } from '@px-platform/protocol';
import type { CutOff } from '../event-store/retention-tables.js';

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

/** What one event says of traits. The result of many is the same in any order, and however often each comes. */
export interface TraitChanges {
  readonly project_id: string;
  readonly event_id: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Overwrites: the newest event wins. */
  readonly set: JsonObject;
  /** Holds where nothing is ever `set` or `unset`: the earliest event wins. */
  readonly set_once: JsonObject;
  /** Takes away, as a `set` of nothing. */
  readonly unset: readonly string[];
}

/** What one event says of a person. */
export interface TraitsUpdate extends TraitChanges {
  readonly user_id: string;
  /**
   * Adds to numbers, once an event: to the number that was set before it, to whatever number was `set_once`, and else,
   * or where no number is held, to 0. A later `set` or `unset` begins anew.
   */
  readonly increment: { readonly [key: string]: number };
}

/** What one event says of a group: a company, a team. */
export interface GroupUpdate extends TraitChanges {
  readonly tenant_id: string;
  readonly group_type: string;
  readonly group_key: string;
}

/** A stored group. */
export interface Group {
  readonly group_type: string;
  readonly group_key: string;
  readonly traits: JsonObject;
  /** When it was told of, epoch milliseconds. */
  readonly first_seen: number;
  readonly last_seen: number;
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
  /** The same for groups, which it makes where they are not there. */
  applyGroupTraits(updates: readonly GroupUpdate[]): Promise<void>;
  findGroup(projectId: string, type: string, key: string): Promise<Group | null>;
  /** Deletes people and what they were told to be; how many there were. Who is seen again gets another number. */
  erase(projectId: string, userIds: readonly string[]): Promise<number>;
  /** Deletes those who were last seen before their project's cut-off, as `erase` does; how many there were. */
  expire(cutOff: CutOff): Promise<number>;
  close(): Promise<void>;
}
