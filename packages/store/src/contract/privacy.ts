import { beforeAll, describe, expect, it } from 'vitest';
import type { NewPrivacyRequest, PrivacyStore } from '../privacy/port.js';
import { sampleId } from './samples.js';

/** What every store of requests about people must do. */
export function privacyStoreContract(name: string, make: () => Promise<PrivacyStore>): void {
  describe(`${name} keeps the promises of a store of requests about people`, () => {
    let store: PrivacyStore;
    beforeAll(async () => {
      store = await make();
    });
    const scope = { tenant_id: 'acme', project_id: 'shop' };
    const erasureOf = (
      user_id: string,
      changes: Partial<NewPrivacyRequest> = {},
    ): NewPrivacyRequest => ({
      ...scope,
      kind: 'erasure',
      subject: { user_id },
      user_ids: [sampleId(1)],
      requested_by: 'pxs_abcd',
      ...changes,
    });

    it('gives each request to one worker, and to another where the first does not finish', async () => {
      const asked = await store.ask(erasureOf('ana'));
      expect(asked).toMatchObject({
        ...scope,
        kind: 'erasure',
        user_ids: [sampleId(1)],
        requested_by: 'pxs_abcd',
        finished_at: null,
        attempts: 0,
        last_error: null,
        report: null,
      });
      expect(asked.due_at - asked.requested_at).toBe(30 * 86_400_000);
      const claims = await Promise.all([1, 2, 3].map(() => store.claim(60_000)));
      expect(claims.filter(Boolean)).toMatchObject([
        { id: asked.id, subject: { user_id: 'ana' }, ids: [], attempts: 1 },
      ]);
      await store.putOff(asked.id, { error: 'given back', waitMs: 0 });
      const whom = { user_ids: [sampleId(1), sampleId(7)], ids: ['ana', 'phone'] };
      await store.forget(asked, whom);
      // Whoever comes next knows what the first one found, as links and rows may be gone by then.
      expect(await store.claim(1)).toMatchObject({
        id: asked.id,
        attempts: 2,
        subject: { user_id: 'ana' },
        ...whom,
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await store.claim(60_000)).toMatchObject({ id: asked.id, attempts: 3 });
      expect(await store.claim(60_000)).toBeNull();

      await store.putOff(asked.id, { error: 'the store is away', waitMs: 0 });
      expect(await store.find(scope, asked.id)).toMatchObject({ last_error: 'the store is away' });
      expect(await store.claim(60_000)).toMatchObject({
        id: asked.id,
        attempts: 4,
        swept_at: null,
      });
      const swept = { user_ids: [sampleId(1)], report: { events: 6 }, waitMs: 0 };
      await store.swept(asked.id, swept);
      expect(await store.claim(60_000)).toMatchObject({
        id: asked.id,
        subject: { user_id: 'ana' },
        report: { events: 6 },
        swept_at: expect.any(Number) as number,
      });
      await store.finish(asked.id, { user_ids: [sampleId(1), sampleId(2)], report: { events: 7 } });
      expect(await store.claim(60_000)).toBeNull();
      const found = await store.find(scope, asked.id);
      expect(found).toMatchObject({
        user_ids: [sampleId(1), sampleId(2)],
        report: { events: 7 },
        last_error: null,
        finished_at: expect.any(Number) as number,
      });
      // Not even the audit trail has the id that was asked for.
      expect(JSON.stringify(found)).not.toContain('ana');
    });

    it('has nobody work on an export', async () => {
      const { id } = await store.ask(erasureOf('bea', { kind: 'export' }));
      expect(await store.claim(60_000)).toBeNull();
      await store.finish(id, { user_ids: [], report: {} });
    });

    it('tells a project of its own requests alone, the newest first', async () => {
      const own = { project_id: 'listed' };
      for (const each of ['one', 'two']) {
        const { id } = await store.ask(erasureOf(each, { ...own, kind: 'export' }));
        await store.finish(id, { user_ids: [], report: { events: each.length } });
      }
      const stranger = await store.ask(erasureOf('x', { tenant_id: 'rival', kind: 'export' }));
      const listed = await store.list({ ...scope, ...own });
      expect(listed).toHaveLength(2);
      expect(listed[0]!.requested_at).toBeGreaterThanOrEqual(listed[1]!.requested_at);
      expect(await store.find(scope, stranger.id)).toBeNull();
      expect(await store.find(scope, 'no uuid')).toBeNull();
    });

    it('remembers who was forgotten, and when last', async () => {
      const [first] = await forget([sampleId(3), sampleId(4)]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const [again] = await forget([sampleId(3)]);
      expect(again!.erased_at).toBeGreaterThan(first!.erased_at);
      expect((await store.erasedSince(again!.erased_at)).map(({ user_id }) => user_id)).toEqual([
        sampleId(3),
      ]);
      const all = await store.erasedSince(0);
      expect(all.filter(({ project_id }) => project_id === 'forgotten')).toHaveLength(2);
    });

    async function forget(ids: readonly string[]) {
      const scope = { tenant_id: 'acme', project_id: 'forgotten' };
      const request = await store.ask(erasureOf('x', { ...scope, user_ids: ids }));
      await store.forget(request, { user_ids: ids, ids: [] });
      await store.finish(request.id, { user_ids: ids, report: {} });
      const all = await store.erasedSince(0);
      return all.filter(
        ({ project_id, user_id }) => project_id === 'forgotten' && user_id === ids[0],
      );
    }
  });
}
