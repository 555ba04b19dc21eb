import { FLAG_LIMITS } from '@px-platform/protocol/definitions';
import {
  HOUR_SETTLES_MS,
  type ComputedSegment,
  type EventStore,
  type SegmentMembers,
  type ServerLog,
} from '@px-platform/store';
import type { ProcessorMetrics } from '../metrics.js';
import { readChanges, type ProjectChanges } from './read-changes.js';
import { readMembers, windowStart } from './read-members.js';

export interface SegmentRunnerDeps {
  readonly segments: Pick<
    SegmentMembers,
    'computed' | 'claim' | 'release' | 'replace' | 'note' | 'remove'
  >;
  readonly eventStore: Pick<EventStore, 'query'>;
  readonly metrics: Pick<
    ProcessorMetrics,
    'countMembers' | 'countSegmentProblem' | 'setSegmentsBehind'
  >;
  readonly clock: () => number;
  readonly log: ServerLog;
  /** Members of one segment, devices included; one with more is not told of. @default FLAG_LIMITS.segmentMembers */
  readonly mostMembers?: number;
  /** After so long no other segment is begun, milliseconds: what is left is the next run's. @default 60_000 */
  readonly runMs?: number;
}

/** Computes the segments that may be others than they were; how many those were. */
export type RunSegments = () => Promise<number>;

/** Longer than a run takes with the segment that it is at in the end. */
const LEASE_MS = 10 * 60_000;

/**
 * A segment is computed where its definition, the hour or a link is another than last time, and where something was stored
 * since: as long after it as an insert may still have been under way (docs/adr/0031).
 */
export function createSegmentRunner({
  segments,
  eventStore,
  metrics,
  clock,
  log,
  mostMembers = FLAG_LIMITS.segmentMembers,
  runMs = 60_000,
}: SegmentRunnerDeps): RunSegments {
  return async () => {
    const all = await segments.computed();
    if (all.length === 0) return 0;
    const changesOf = await readChanges(eventStore, all);
    const due = all
      .filter((segment) => isDue(segment, changesOf(segment)))
      // Whoever waited longest is first: a run that is cut short leaves nobody behind for ever.
      .sort((a, b) => (a.read_at ?? 0) - (b.read_at ?? 0));
    const startedAt = performance.now();
    let done = 0;
    const others = new Set<string>();
    const mine = new Map<string, ComputedSegment>();
    try {
      for (const segment of due) {
        if (performance.now() - startedAt >= runMs) break;
        const { project_id } = segment;
        if (others.has(project_id)) continue;
        if (!mine.has(project_id)) {
          if (!(await segments.claim(segment, LEASE_MS))) {
            others.add(project_id);
            continue;
          }
          mine.set(project_id, segment);
        }
        await run(segment, changesOf(segment));
        done += 1;
      }
    } finally {
      for (const segment of mine.values()) await segments.release(segment);
    }
    const left = due.filter(({ project_id }) => !others.has(project_id)).length - done;
    metrics.setSegmentsBehind(left);
    if (left > 0)
      log.warn({ left, done }, 'segments wait for the next run: this one took too long');
    return done;
  };

  function isDue(segment: ComputedSegment, changes: ProjectChanges): boolean {
    if (segment.did === null || segment.read_at === null) return true;
    if (segment.basis !== basisOf(segment, changes)) return true;
    return changes.touched >= segment.read_at - HOUR_SETTLES_MS;
  }

  function basisOf({ version }: ComputedSegment, { links }: ProjectChanges): string {
    return `v${version} ${windowStart(clock(), 0)} ${links}`;
  }

  /** One that fails leaves the others their turn. */
  async function run(segment: ComputedSegment, changes: ProjectChanges): Promise<void> {
    const { project_id, key, did } = segment;
    try {
      if (did === null) {
        metrics.countMembers('left', await segments.remove(segment));
        return;
      }
      const readAt = clock();
      const basis = basisOf(segment, changes);
      const membership = await readMembers(
        eventStore,
        { ...segment, did },
        { now: readAt, most: mostMembers },
      );
      if (membership.ids.length > mostMembers) {
        const problem = `has more than ${mostMembers} members and devices of theirs; its members are left as they were. Narrow it down.`;
        metrics.countSegmentProblem('too_many');
        log.error({ project: project_id, segment: key, most: mostMembers }, `a segment ${problem}`);
        await segments.note(segment, { basis, readAt, members: null, problem });
        return;
      }
      const { joined, left } = await segments.replace(segment, membership);
      metrics.countMembers('joined', joined);
      metrics.countMembers('left', left);
      const members = new Set(membership.people).size;
      await segments.note(segment, { basis, readAt, members, problem: null });
    } catch (error) {
      metrics.countSegmentProblem('failed');
      log.error(
        { err: error, project: project_id, segment: key },
        'a segment could not be computed; its members are as they were, and it is tried again',
      );
    }
  }
}
