import { beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/port.js';
import type { PutEvent, SchemaRegistry } from '../schemas/port.js';

/** What every registry must do. `make` gives an empty one, and the catalog that its projects are in. */
export function schemaRegistryContract(
  name: string,
  make: () => Promise<{ registry: SchemaRegistry; catalog: Pick<Catalog, 'ensureProject'> }>,
): void {
  describe(`${name} keeps the promises of a schema registry`, () => {
    const scope = { tenant_id: 'planner', project_id: 'planned' };
    const stranger = { ...scope, tenant_id: 'stranger' };
    const first = { type: 'object', properties: { plan: { type: 'string' } } };
    const second = { type: 'object', properties: { plan: { enum: ['free', 'pro'] } } };
    const put = (over: Partial<PutEvent> = {}): PutEvent => ({
      event: 'signup',
      mode: 'warn',
      schema: first,
      basedOn: 0,
      ...over,
    });
    const EMPTY = { revision: 0, unplanned: 'allow', events: [] };
    let registry: SchemaRegistry;
    beforeAll(async () => {
      const made = await make();
      ({ registry } = made);
      for (const id of ['planned', 'crowded', 'raced']) {
        await made.catalog.ensureProject({ id, tenant_id: 'planner', name: id }, 'Planner');
      }
    });

    it('has an empty plan that allows everything, before anybody made one', async () => {
      expect(await registry.plan(scope)).toEqual(EMPTY);
      expect(await registry.revision(scope)).toBe(0);
      expect(await registry.versions(scope, 'signup')).toEqual([]);
      expect(await registry.removeEvent(scope, 'signup')).toBe(false);
    });

    it('numbers schemas from 1, keeps each of them, and makes none for the same one again', async () => {
      expect(await registry.putEvent(scope, put())).toEqual({ outcome: 'stored', version: 1 });
      const reordered = { properties: { plan: { type: 'string' } }, type: 'object' };
      expect(
        await registry.putEvent(scope, put({ schema: reordered, mode: 'enforce', basedOn: 1 })),
      ).toEqual({ outcome: 'stored', version: 1 });
      expect(await registry.putEvent(scope, put({ schema: second, basedOn: 1 }))).toEqual({
        outcome: 'stored',
        version: 2,
      });
      const versions = await registry.versions(scope, 'signup');
      expect(versions).toMatchObject([
        { version: 2, schema: second },
        { version: 1, schema: first },
      ]);
      expect(Math.abs((versions[0]?.created_at ?? 0) - Date.now())).toBeLessThan(600_000);
      expect((await registry.plan(scope)).events).toEqual([
        { event: 'signup', version: 2, mode: 'warn', schema: second },
      ]);
    });

    it('raises the revision with every change, and with nothing else', async () => {
      const before = await registry.revision(scope);
      await registry.putEvent(scope, put({ event: 'order', basedOn: 0 }));
      expect(await registry.revision(scope)).toBe(before + 1);
      expect(await registry.setUnplanned(scope, 'block')).toBe(true);
      expect(await registry.removeEvent(scope, 'order')).toBe(true);
      expect(await registry.plan(scope)).toMatchObject({
        revision: before + 3,
        unplanned: 'block',
      });
      await registry.putEvent(scope, put({ basedOn: 7 }));
      await registry.removeEvent(scope, 'order');
      expect(await registry.revision(scope)).toBe(before + 3);
    });

    it('goes on numbering where an event that was taken out comes back', async () => {
      expect(
        await registry.putEvent(scope, put({ event: 'order', schema: second, basedOn: 0 })),
      ).toEqual({ outcome: 'stored', version: 2 });
      expect(await registry.versions(scope, 'order')).toHaveLength(2);
    });

    it('lets one of several win who started from the same version', async () => {
      const raced = { ...scope, project_id: 'raced' };
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          registry.putEvent(raced, put({ schema: { type: 'object', title: String(n) } })),
        ),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'stale')).toHaveLength(7);
      expect(await registry.versions(raced, 'signup')).toHaveLength(1);
      expect(await registry.revision(raced)).toBe(1);
    });

    it('keeps any name and any text as it is', async () => {
      const event = `it's "quoted" \\ $1 — çã 日本`;
      const schema = { type: 'object', description: event, properties: { [event]: {} } };
      const crowded = { ...scope, project_id: 'crowded' };
      await registry.putEvent(crowded, put({ event, schema }));
      expect((await registry.plan(crowded)).events).toEqual([
        { event, version: 1, mode: 'warn', schema },
      ]);
    });

    it('shows and changes nothing of another tenant’s project', async () => {
      const before = await registry.plan(scope);
      expect(await registry.plan(stranger)).toEqual(EMPTY);
      expect(await registry.revision(stranger)).toBe(0);
      expect(await registry.versions(stranger, 'signup')).toEqual([]);
      expect(await registry.putEvent(stranger, put({ basedOn: 2 }))).toEqual({
        outcome: 'no_project',
      });
      expect(await registry.removeEvent(stranger, 'signup')).toBe(false);
      expect(await registry.setUnplanned(stranger, 'allow')).toBe(false);
      expect(await registry.plan(scope)).toEqual(before);
    });
  });
}
