import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timesOf } from '@px-platform/protocol/definitions';
import type { DidDefinition, SegmentDefinition } from '@px-platform/protocol/flags';
import {
  canonicalUserId,
  HOUR_SETTLES_MS,
  postgresCatalog,
  postgresFlagCatalog,
  postgresPrivacyStore,
  postgresProfileStore,
  postgresRetentionStore,
  postgresSegmentMembers,
  type EventStore,
  type SegmentMembers,
  type SqlClient,
} from '@px-platform/store';
import { openChdbEventStore } from '@px-platform/store/chdb';
import { sampleRow } from '@px-platform/store/contract';
import { createMemoryCounters, createMemoryStreams } from '@px-platform/store/memory';
import { openPglite } from '@px-platform/store/pglite';
import { newId } from '../../test/events.js';
import { createEraser } from '../erasure/eraser.js';
import { createMetrics } from '../metrics.js';
import { createSweeper } from '../retention/sweeper.js';
import { createSegmentRunner, type SegmentRunnerDeps } from './segment-runner.js';
import { startSegments } from './start-segments.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const quiet = { info() {}, warn() {}, error() {} };
/** Twenty past noon, yesterday: what is stored is past, and the hour has begun. */
const now = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2 + 20 * 60_000;
const hour = now - (now % HOUR_MS);

let directory: string;
let eventStore: EventStore;
let sql: SqlClient;
let segments: SegmentMembers;
let projects = 0;
const registry = new Registry();
const metrics = createMetrics(registry, async () => []);
/** Epoch milliseconds: the tests' own time, which stores take part in. */
let time = now;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'px-segments-'));
  eventStore = await openChdbEventStore({ path: join(directory, 'events'), clock: () => time });
  sql = await openPglite({ path: join(directory, 'records') });
  segments = postgresSegmentMembers(sql);
});
afterAll(async () => {
  await eventStore.close();
  await sql.close();
  await rm(directory, { recursive: true, force: true });
});

const runner = (more: Partial<SegmentRunnerDeps> = {}) =>
  createSegmentRunner({ segments, eventStore, metrics, clock: () => time, log: quiet, ...more });

/** Ids as they are sent: `@ana` is known, `phone` a device. */
const isKnown = (id: string) => id.startsWith('@');

interface Deed {
  readonly id: string;
  readonly name: string;
  readonly at: number;
  readonly twice?: boolean;
}

/** A project of its own, with what its people do. */
async function openProject() {
  const project_id = `p${(projects += 1)}`;
  const scope = { tenant_id: 't', project_id };
  const flags = postgresFlagCatalog(sql);
  const profiles = postgresProfileStore(sql);
  await postgresCatalog(sql).ensureProject({ id: project_id, tenant_id: 't', name: 'any' }, 'any');
  const userId = (id: string) =>
    canonicalUserId(project_id, isKnown(id) ? 'known' : 'anonymous', id);
  const see = async (id: string) => {
    const sighting = { first_seen: time, last_seen: time, is_identified: isKnown(id) };
    const user_id = userId(id);
    const numbers = await profiles.see([{ ...scope, ...sighting, user_id, distinct_id: id }]);
    return { user_id, person: numbers.get(`${project_id}/${user_id}`)! };
  };
  return {
    scope,
    userId,
    async define(definition: SegmentDefinition) {
      const { key } = definition;
      const basedOn = (await flags.find(scope, 'segment', key))?.version ?? 0;
      const put = { kind: 'segment', key, definition, by: 'test', basedOn } as const;
      expect(await flags.put(scope, put)).toMatchObject({ outcome: 'stored' });
    },
    archive: (key: string) => flags.archive(scope, { kind: 'segment', key, by: 'test' }),
    /** People did things; those that were delivered `twice` come once more. */
    async did(...deeds: readonly Deed[]) {
      const rows = [];
      for (const { id, name, at, twice = false } of deeds) {
        const event = { event_id: newId(), timestamp: at, client_timestamp: at, received_at: at };
        const row = sampleRow(1, { ...scope, ...event, ...(await see(id)), event_name: name });
        rows.push({ row, twice });
      }
      await eventStore.insertEvents(rows.map(({ row }) => row));
      const again = rows.filter(({ twice }) => twice);
      await eventStore.insertEvents(again.map(({ row }) => row));
    },
    async link(...links: readonly { device: string; known: string; at: number }[]) {
      const rows = [];
      for (const { device, known, at } of links) {
        const [from, to] = [await see(device), await see(known)];
        rows.push({
          ...scope,
          from_user_id: from.user_id,
          from_person: from.person,
          to_user_id: to.user_id,
          to_person: to.person,
          linked_at: at,
          event_id: newId(),
        });
      }
      await eventStore.insertLinks(rows);
    },
    async members(segment: string) {
      const rows = await sql.query<{ user_id: string }>(
        'SELECT user_id::text AS user_id FROM segment_members WHERE project_id = $1 AND segment = $2',
        [project_id, segment],
      );
      return rows.map(({ user_id }) => user_id).sort();
    },
  };
}
const bought: DidDefinition = { event: 'bought', withinDays: 7 };

describe('given people who did things on several devices', () => {
  const IDS = ['phone', 'laptop', 'tablet', 'kiosk', '@ana', '@bea'];
  const EVENTS = ['bought', 'visited', 'left'];
  const WINDOWS = [1, 2, 7];
  const deed = fc.record(
    {
      event: fc.constantFrom(...EVENTS, 'never'),
      withinDays: fc.constantFrom(...WINDOWS),
      atLeast: fc.integer({ min: 0, max: 2 }),
      atMost: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: ['event', 'withinDays'] },
  );
  const event = fc.record({
    id: fc.constantFrom(...IDS),
    name: fc.constantFrom(...EVENTS),
    // About the edges of windows, a millisecond to either side, and anywhere.
    at: fc.oneof(
      fc
        .tuple(fc.constantFrom(...WINDOWS), fc.integer({ min: -1, max: 1 }))
        .map(([days, by]) => hour - days * DAY_MS + by),
      fc.integer({ min: 0, max: 8 * DAY_MS }).map((ago) => now - ago),
    ),
    twice: fc.boolean(),
  });
  const link = fc.record({
    device: fc.constantFrom(...IDS.filter((id) => !isKnown(id))),
    known: fc.constantFrom(...IDS.filter(isKnown)),
    at: fc.integer({ min: 0, max: 8 * DAY_MS }).map((ago) => now - ago),
  });

  it('finds those whom a plain count over their events finds, with all their devices', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 14 }),
        fc.uniqueArray(link, { maxLength: 4, selector: ({ at }) => at }),
        fc.array(
          deed.filter(({ atLeast = 0, atMost = 9 }) => atLeast <= atMost),
          { minLength: 1, maxLength: 3 },
        ),
        async (events, links, did) => {
          time = now;
          const project = await openProject();
          await project.define({ key: 's', did });
          await project.did(...events);
          await project.link(...links);
          await runner()();

          const ownerOf = (id: string) =>
            links.filter(({ device }) => device === id).sort((a, b) => a.at - b.at)[0]?.known ?? id;
          const since = (days: number) => hour - days * DAY_MS;
          const longest = Math.max(...did.map(({ withinDays }) => withinDays));
          const lately = events.filter(({ at }) => at >= since(longest));
          const belongs = (person: string) =>
            did.every((each) => {
              const times = lately.filter(
                ({ id, name, at }) =>
                  ownerOf(id) === person && name === each.event && at >= since(each.withinDays),
              ).length;
              const { atLeast, atMost } = timesOf(each);
              return times >= atLeast && times <= atMost;
            });
          const people = [...new Set(lately.map(({ id }) => ownerOf(id)))].filter(belongs);
          const devices = links.map(({ device }) => device);
          const expected = [
            ...people,
            ...devices.filter((id) => people.includes(ownerOf(id)) && ownerOf(id) !== id),
          ];
          expect(await project.members('s')).toEqual(
            [...new Set(expected)].map(project.userId).sort(),
          );
          if (events.length > 0)
            expect((await segments.state({ ...project.scope, key: 's' }))?.members).toBe(
              people.length,
            );
          // The next run need not compute it as well.
          await project.archive('s');
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('given segments that were computed', () => {
  it('leaves them alone while nothing changes, and reads them once an hour as time goes by', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: hour - 7 * DAY_MS + 60_000 });
    await project.define({ key: 's', did: [bought] });
    await runner()();
    expect(await project.members('s')).toEqual([project.userId('@ana')]);
    const reads: string[] = [];
    const counted = runner({
      eventStore: {
        query: <Row>(question: Parameters<EventStore['query']>[0]) => {
          if (question.params['scope_project'] === project.scope.project_id)
            reads.push(question.sql);
          return eventStore.query<Row>(question);
        },
      },
    });
    // An insert that was under way may have come after it was read.
    await counted();
    expect(reads).toHaveLength(1);
    time += HOUR_SETTLES_MS + 1;
    await counted();
    time += HOUR_SETTLES_MS + 1;
    await counted();
    await counted();
    expect(reads).toHaveLength(2);
    // In the next hour the purchase is too old.
    time = hour + HOUR_MS;
    await counted();
    expect(reads).toHaveLength(3);
    expect(await project.members('s')).toEqual([]);
    await counted();
    expect(reads).toHaveLength(3);
  });

  it('tells a device of whose it turned out to be, though no event came with that', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    await project.did({ id: 'phone', name: 'visited', at: now - DAY_MS });
    await project.define({ key: 's', did: [bought] });
    await runner()();
    time += 2 * HOUR_SETTLES_MS;
    await runner()();
    expect(await project.members('s')).toEqual([project.userId('@ana')]);
    await project.link({ device: 'phone', known: '@ana', at: now });
    await runner()();
    expect(await project.members('s')).toEqual(['@ana', 'phone'].map(project.userId).sort());
    const { scope, userId } = project;
    const asked = { ...scope, user_id: userId('phone') };
    expect(await segments.segmentsOf(asked)).toEqual(['s']);
    expect(await segments.segmentsOf({ ...asked, claimed: userId('@ana') })).toEqual(['s']);
    expect(await segments.segmentsOf({ ...asked, claimed: userId('@bea') })).toEqual([]);
    // Whoever signs in there later is not behind what was done before.
    await project.link({ device: 'phone', known: '@bea', at: now + 1_000 });
    await runner()();
    expect(await segments.segmentsOf(asked)).toEqual(['s']);
    await project.link({ device: 'phone', known: '@bea', at: now - 1_000 });
    await runner()();
    expect(await segments.segmentsOf(asked)).toEqual([]);
  });

  it('goes by the definition of now, and takes members away with a segment that is archived or asks for attributes', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    await project.did({ id: '@bea', name: 'visited', at: now - DAY_MS });
    await project.define({ key: 's', did: [bought] });
    await project.define({ key: 'other', did: [bought] });
    await runner()();
    await project.define({ key: 's', did: [{ ...bought, event: 'visited' }] });
    await runner()();
    expect(await project.members('s')).toEqual([project.userId('@bea')]);
    await project.archive('s');
    expect(
      await segments.segmentsOf({ ...project.scope, user_id: project.userId('@bea') }),
    ).toEqual([]);
    await project.define({ key: 'other', condition: { plan: 'pro' } });
    await runner()();
    for (const key of ['s', 'other']) {
      expect(await project.members(key)).toEqual([]);
      expect(await segments.state({ ...project.scope, key })).toBeNull();
    }
    expect(
      (await segments.computed()).filter((each) => each.project_id === project.scope.project_id),
    ).toEqual([]);
  });

  it('says so where there are too many, and leaves members as they were', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    await project.define({ key: 's', did: [bought] });
    await runner()();
    await project.did({ id: '@bea', name: 'bought', at: now - DAY_MS });
    await project.did({ id: '@cid', name: 'bought', at: now - DAY_MS });
    const said: unknown[] = [];
    const log = { ...quiet, error: (...told: unknown[]) => said.push(told) };
    time += 1_000;
    await runner({ mostMembers: 2, log })();
    expect(JSON.stringify(said)).toContain('more than 2 members');
    expect(await project.members('s')).toEqual([project.userId('@ana')]);
    const state = await segments.state({ ...project.scope, key: 's' });
    expect(state).toMatchObject({ members: 1, computed_at: now });
    expect(state?.problem).toContain('more than 2 members');
    expect(await registry.metrics()).toContain(
      'px_processor_segment_problems_total{problem="too_many"} 1',
    );
    await runner()();
    expect(await project.members('s')).toHaveLength(3);
    expect(await segments.state({ ...project.scope, key: 's' })).toMatchObject({ problem: null });
  });

  it('leaves what a run has no time for to the next one, the longest kept waiting first', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    for (const key of ['a', 'b', 'c']) await project.define({ key, did: [bought] });
    expect(await runner({ runMs: 0 })()).toBe(0);
    expect(await registry.metrics()).toMatch(/px_processor_segments_behind [1-9]/);
    await runner()();
    for (const key of ['a', 'b', 'c']) expect(await project.members(key)).toHaveLength(1);
    expect(await registry.metrics()).toContain('px_processor_segments_behind 0');
  });

  it('goes on with the others where one fails, and tries that one again', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    for (const key of ['a', 'b']) await project.define({ key, did: [bought] });
    const failing: SegmentRunnerDeps['segments'] = {
      ...segments,
      replace: (segment, membership) =>
        segment.key === 'a'
          ? Promise.reject(new Error('the store is away'))
          : segments.replace(segment, membership),
    };
    await runner({ segments: failing })();
    expect(await project.members('a')).toEqual([]);
    expect(await project.members('b')).toHaveLength(1);
    await runner()();
    expect(await project.members('a')).toHaveLength(1);
  });
});

describe('given somebody in segments', () => {
  it('takes them out of all of them when they are forgotten, and when they were gone too long', async () => {
    time = now;
    const project = await openProject();
    const { scope, userId } = project;
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    await project.did({ id: 'phone', name: 'visited', at: now - DAY_MS });
    await project.link({ device: 'phone', known: '@ana', at: now - DAY_MS });
    await project.did({ id: '@bea', name: 'bought', at: now - DAY_MS });
    await project.define({ key: 's', did: [bought] });
    await runner()();
    expect(await project.members('s')).toHaveLength(3);
    const profiles = postgresProfileStore(sql);
    const requests = postgresPrivacyStore(sql);
    await requests.ask({
      ...scope,
      kind: 'erasure',
      subject: { user_id: '@ana' },
      user_ids: [],
      requested_by: 'test',
    });
    const streams = createMemoryStreams();
    await createEraser({ requests, eventStore, profiles, streams, log: quiet })();
    expect(await project.members('s')).toEqual([userId('@bea')]);
    await runner()();
    expect(await project.members('s')).toEqual([userId('@bea')]);

    const retention = postgresRetentionStore(sql);
    await retention.set(scope, 30);
    const clock = () => now + 60 * DAY_MS;
    await createSweeper({ retention, eventStore, profiles, metrics, log: quiet, clock })();
    expect(await project.members('s')).toEqual([]);
  });
});

describe('given several processors', () => {
  it('computes a project in one of them at a time, and again after one that died', async () => {
    time = now;
    const project = await openProject();
    await project.did({ id: '@ana', name: 'bought', at: now - DAY_MS });
    await project.define({ key: 's', did: [bought] });
    const reads: string[] = [];
    const spied: SegmentMembers = {
      ...segments,
      replace: (segment, membership) => {
        if (segment.project_id === project.scope.project_id) reads.push(segment.key);
        return segments.replace(segment, membership);
      },
    };
    // Whoever has the lease is at it.
    expect(await segments.claim(project.scope, 60_000)).toBe(true);
    await Promise.all([runner({ segments: spied })(), runner({ segments: spied })()]);
    expect(reads).toEqual([]);
    // It died: its lease runs out.
    await sql.query('UPDATE segment_leases SET leased_until = now() WHERE project_id = $1', [
      project.scope.project_id,
    ]);
    const counters = createMemoryCounters();
    const stops = [1, 2].map(() =>
      startSegments({
        segments: spied,
        eventStore,
        metrics,
        counters,
        log: quiet,
        clock: () => time,
        everyMs: 20,
      }),
    );
    await expect.poll(() => project.members('s'), { timeout: 20_000 }).toHaveLength(1);
    for (const stop of stops) await stop();
    expect(await sql.query('SELECT 1 FROM segment_leases')).toEqual([]);
  });
});
