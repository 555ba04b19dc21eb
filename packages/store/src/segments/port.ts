import type { DidDefinition } from '@px-platform/protocol/flags';
import type { FlagScope } from '../flags/port.js';

/** What is known of how a segment was computed last. */
export interface SegmentState {
  /** When what its members are was read from events, epoch milliseconds; null: never yet. */
  readonly computed_at: number | null;
  /** People; those whose devices are known count once. */
  readonly members: number;
  /** Why its members are not what they should be. */
  readonly problem: string | null;
}

/** A segment that is to be computed from events, or the rest of one that is so no longer. */
export interface ComputedSegment extends FlagScope, SegmentState {
  readonly key: string;
  /** Of the definition. */
  readonly version: number;
  /** Null: it was archived, or is told by attributes now. Its members are to go. */
  readonly did: readonly DidDefinition[] | null;
  /** What it was computed from, in the words of whoever did; '': never yet. */
  readonly basis: string;
  /** When events were read for it last, epoch milliseconds. */
  readonly read_at: number | null;
}

/** Which segment. */
export interface SegmentName extends FlagScope {
  readonly key: string;
}

/** Who belongs to a segment: numbers of ids, ascending, each with the number of the person behind it. */
export interface Membership {
  readonly ids: readonly number[];
  readonly people: readonly number[];
}

/** What came of a computation. */
export interface SegmentOutcome {
  readonly basis: string;
  /** Epoch milliseconds. */
  readonly readAt: number;
  /** People; null: members were left as they were, because of the problem. */
  readonly members: number | null;
  readonly problem: string | null;
}

/** Whose segments are asked for, by canonical UUIDs. */
export interface SegmentQuestion extends FlagScope {
  /** The id that is asked for: a device's, or a person's. */
  readonly user_id: string;
  /**
   * Who says to be behind it: where it is known to be somebody else's, there is nothing to tell. @default nobody says
   * anything
   */
  readonly claimed?: string | undefined;
}

/** Who belongs to the segments that say what people did. */
export interface SegmentMembers {
  /** Of all projects, by project; those whose members are to go included. */
  computed(): Promise<readonly ComputedSegment[]>;
  /** Takes a project's segments for so long, milliseconds; false: somebody else has them. */
  claim(scope: FlagScope, leaseMs: number): Promise<boolean>;
  release(scope: FlagScope): Promise<void>;
  /**
   * Makes these its members, a page at a time; only what is different is written. Ids of people who are gone are passed
   * over. How many rows came and went.
   */
  replace(
    segment: SegmentName,
    membership: Membership,
  ): Promise<{ readonly joined: number; readonly left: number }>;
  /** Writes down how a computation went. */
  note(segment: SegmentName, outcome: SegmentOutcome): Promise<void>;
  /** Forgets members and state; how many rows went. */
  remove(segment: SegmentName): Promise<number>;
  /** Keys of living segments that somebody is in, in order. */
  segmentsOf(question: SegmentQuestion): Promise<readonly string[]>;
  /** Null: it was never computed. */
  state(segment: SegmentName): Promise<SegmentState | null>;
  /** Some of its members, as their canonical UUIDs: those that were numbered first. */
  sample(segment: SegmentName, most: number): Promise<readonly string[]>;
}
