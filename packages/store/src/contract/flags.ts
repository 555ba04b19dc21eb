import { beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentDefinition, FlagDefinition } from '@px-platform/protocol/flags';
import type { Catalog } from '../catalog/port.js';
import type {
  ChangeOutcome,
  FlagCatalog,
  PublicationNotice,
  PutDefinition,
} from '../flags/port.js';

/** What every catalog of flags must do. `make` gives an empty one, and the catalog that its projects are in. */
export function flagCatalogContract(
  name: string,
  make: () => Promise<{ flags: FlagCatalog; catalog: Pick<Catalog, 'ensureProject'> }>,
): void {
  describe(`${name} keeps the promises of a catalog of flags`, () => {
    const stranger = { tenant_id: 'flag-stranger', project_id: 'flag-one' };
    const scopeOf = (project_id: string) => ({ tenant_id: 'flagger', project_id });
    const scope = scopeOf('flag-one');
    const flag = (key: string, more: Partial<FlagDefinition> = {}): FlagDefinition => ({
      key,
      type: 'boolean',
      variants: { on: true, off: false },
      default: 'off',
      environments: {
        production: { isOn: true, rules: [{ id: 'all', serve: { variant: 'on' } }] },
      },
      ...more,
    });
    const experiment: ExperimentDefinition = {
      key: 'test',
      hypothesis: 'It helps.',
      status: 'draft',
      variants: [
        { key: 'off', range: [0, 0.5] },
        { key: 'on', range: [0.5, 1] },
      ],
      phases: [],
      metrics: { goals: [] },
    };
    const put = (
      definition: FlagDefinition | ExperimentDefinition,
      more: Partial<PutDefinition> = {},
    ): PutDefinition => ({
      kind: 'type' in definition ? 'flag' : 'experiment',
      key: definition.key,
      definition,
      by: 'ada',
      basedOn: 0,
      ...more,
    });
    const documentOf = async (of: typeof scope, environment = 'production') => {
      const found = await flags.publication({ ...of, environment });
      return found && { revision: found.revision, ...(JSON.parse(found.document) as object) };
    };
    let flags: FlagCatalog;
    beforeAll(async () => {
      const made = await make();
      ({ flags } = made);
      for (const id of ['flag-one', 'flag-two', 'flag-three', 'flag-raced', 'flag-heard']) {
        await made.catalog.ensureProject({ id, tenant_id: 'flagger', name: id }, 'Flagger');
      }
    });

    it('has nothing in it before anybody wrote something, but for production', async () => {
      expect(await flags.list(scope, 'flag')).toEqual([]);
      expect(await flags.find(scope, 'flag', 'a')).toBeNull();
      expect(await flags.versions(scope, 'flag', 'a')).toEqual([]);
      expect(await flags.environments(scope)).toEqual([{ name: 'production', revision: 0 }]);
      expect(await flags.publication({ ...scope, environment: 'production' })).toBeNull();
      expect(await flags.archive(scope, { kind: 'flag', key: 'a', by: 'ada' })).toEqual({
        outcome: 'missing',
      });
    });

    it('keeps each version with who made it and why, and makes none for the same again', async () => {
      const first = put(flag('a'), { comment: 'begin' });
      expect(await flags.put(scope, first)).toEqual({
        outcome: 'stored',
        version: 1,
        published: { production: 1 },
      });
      expect(await flags.put(scope, { ...first, basedOn: 1 })).toEqual({
        outcome: 'stored',
        version: 1,
        published: {},
      });
      const changed = flag('a', { description: 'for all', default: 'on' });
      expect(await flags.put(scope, put(changed, { basedOn: 1, by: 'bob' }))).toMatchObject({
        version: 2,
        published: { production: 2 },
      });
      const versions = await flags.versions(scope, 'flag', 'a');
      expect(versions).toMatchObject([
        { version: 2, definition: changed, changed_by: 'bob', comment: null },
        { version: 1, definition: flag('a'), changed_by: 'ada', comment: 'begin' },
      ]);
      expect(Math.abs((versions[0]?.changed_at ?? 0) - Date.now())).toBeLessThan(600_000);
      const found = await flags.find(scope, 'flag', 'a');
      expect(found).toEqual({ kind: 'flag', key: 'a', archived_at: null, ...versions[0] });
      expect(await flags.list(scope, 'flag')).toEqual([found]);
    });

    it('publishes what clients evaluate, and nothing where that is the same', async () => {
      expect(await documentOf(scope)).toMatchObject({
        revision: 2,
        features: { a: { defaultValue: true, rules: [{ id: 'all', force: true }] } },
        px: { revision: 2, environment: 'production' },
      });
      const described = flag('a', { description: 'other words', default: 'on' });
      expect(await flags.put(scope, put(described, { basedOn: 2 }))).toEqual({
        outcome: 'stored',
        version: 3,
        published: {},
      });
      expect(await documentOf(scope)).toMatchObject({ revision: 2 });
    });

    it('lets nobody write over what somebody else wrote meanwhile', async () => {
      const late = flag('a', { description: 'late' });
      for (const basedOn of [0, 1, 2, 4]) {
        expect(await flags.put(scope, put(late, { basedOn }))).toEqual({
          outcome: 'stale',
          version: 3,
        });
      }
      const raced = await Promise.all(
        Array.from({ length: 8 }, (_, number) =>
          flags.put(scopeOf('flag-raced'), put(flag('raced', { description: `${number}` }))),
        ),
      );
      expect(raced.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
      expect(raced.filter(({ outcome }) => outcome === 'stale')).toHaveLength(7);
    });

    it('checks what is written beside all that counts at that moment', async () => {
      const of = scopeOf('flag-two');
      const runs = flag('runs', {
        environments: {
          production: { isOn: true, rules: [{ id: 'test', experiment: 'test' }] },
        },
      });
      const refused = await flags.put(of, put(runs));
      expect(refused).toMatchObject({
        outcome: 'invalid',
        faults: [{ path: 'environments.production.rules[0].experiment' }],
      });
      expect(await flags.list(of, 'flag')).toEqual([]);
      expect(await flags.put(of, put(experiment))).toMatchObject({ outcome: 'stored' });
      expect(await flags.put(of, put(runs))).toMatchObject({ outcome: 'stored' });
      expect(await flags.put(of, put(runs, { key: 'other' }))).toMatchObject({
        outcome: 'invalid',
        faults: [{ path: 'key' }],
      });
      // Two that would go round in a circle together, each of them fine alone: the second is told.
      const requires = (key: string, other: string) =>
        flag(key, {
          environments: {
            production: {
              isOn: true,
              rules: [
                {
                  id: 'r',
                  serve: { variant: 'on' },
                  requires: [{ flag: other, variants: ['on'] }],
                },
              ],
            },
          },
        });
      for (const key of ['x', 'y']) await flags.put(of, put(flag(key)));
      const outcomes = await Promise.all([
        flags.put(of, put(requires('x', 'y'), { basedOn: 1 })),
        flags.put(of, put(requires('y', 'x'), { basedOn: 1 })),
      ]);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['invalid', 'stored']);
    });

    it('archives what nobody uses, publishes without it, and brings it back', async () => {
      const of = scopeOf('flag-two');
      const named = { kind: 'experiment', key: 'test', by: 'ada' } as const;
      expect(await flags.archive(of, named)).toMatchObject({
        outcome: 'invalid',
        faults: [{ message: expect.stringContaining('flag runs') as string }],
      });
      const gone = await flags.archive(of, { kind: 'flag', key: 'runs', by: 'ada' });
      expect(gone).toMatchObject({ outcome: 'stored', version: 1 });
      expect(await documentOf(of)).not.toHaveProperty('features.runs');
      expect((await flags.find(of, 'flag', 'runs'))?.archived_at).toEqual(expect.any(Number));
      expect((await flags.definitions(of)).flags.map(({ key }) => key)).toEqual(['x', 'y']);
      expect(await flags.archive(of, named)).toMatchObject({ outcome: 'stored' });
      // Its experiment is no more.
      expect(await flags.restore(of, { kind: 'flag', key: 'runs', by: 'ada' })).toMatchObject({
        outcome: 'invalid',
      });
      expect(await flags.put(of, put(flag('runs'), { basedOn: 1 }))).toMatchObject({
        outcome: 'invalid',
      });
      expect(await flags.restore(of, named)).toMatchObject({ outcome: 'stored' });
      expect(await flags.restore(of, { kind: 'flag', key: 'runs', by: 'ada' })).toMatchObject({
        outcome: 'stored',
      });
      expect(await documentOf(of)).toHaveProperty('features.runs');
    });

    it('publishes in one environment what was changed there, and leaves others alone', async () => {
      const of = scopeOf('flag-three');
      await flags.put(of, put(flag('a')));
      expect(await flags.addEnvironment(of, 'staging')).toBe('added');
      expect(await flags.addEnvironment(of, 'staging')).toBe('there_already');
      expect(await flags.addEnvironment(of, 'production')).toBe('there_already');
      expect(await documentOf(of, 'staging')).toMatchObject({
        revision: 1,
        features: { a: { defaultValue: false } },
      });
      const { production } = flag('a').environments;
      const both = { production: production!, staging: { isOn: false, rules: [] } };
      const staged = flag('a', { off: 'on', environments: both });
      expect(await flags.put(of, put(staged, { basedOn: 1 }))).toMatchObject({
        published: { staging: 2 },
      });
      expect(await flags.environments(of)).toEqual([
        { name: 'production', revision: 1 },
        { name: 'staging', revision: 2 },
      ]);
      const scopes = ['staging', 'nowhere', 'production'].map((environment) => ({
        ...of,
        environment,
      }));
      expect(await flags.revisions(scopes)).toEqual([2, 0, 1]);
      expect(await flags.revisions([])).toEqual([]);
      const elsewhere = flag('b', { environments: { nowhere: { isOn: true, rules: [] } } });
      expect(await flags.put(of, put(elsewhere))).toMatchObject({
        outcome: 'invalid',
        faults: [{ path: 'environments.nowhere' }],
      });
    });

    it('keeps the order of an object’s keys: a condition compares it whole', async () => {
      const of = scopeOf('flag-three');
      const value = { zz: 1, b: { d: 1, a: 2 }, a: 3 };
      const json = flag('json', { type: 'json', variants: { off: value }, default: 'off' });
      await flags.put(of, put({ ...json, environments: {} }));
      const { document } = (await flags.publication({ ...of, environment: 'production' }))!;
      expect(document).toContain(JSON.stringify(value));
      const found = await flags.find(of, 'flag', 'json');
      expect(JSON.stringify(found?.definition.variants)).toBe(JSON.stringify({ off: value }));
    });

    it('tells whoever listens of each publication, once it can be read', async () => {
      const of = scopeOf('flag-heard');
      const heard: PublicationNotice[] = [];
      const stop = await flags.listen({
        onState: () => {},
        onPublication: (notice) => heard.push(notice),
      });
      await flags.put(of, put(flag('a')));
      await flags.put(of, put(flag('a', { description: 'same for clients' }), { basedOn: 1 }));
      await flags.put(of, put(flag('a', { default: 'on' }), { basedOn: 2 }));
      while (!heard.some(({ revision }) => revision === 2))
        await new Promise((resolve) => setTimeout(resolve, 5));
      expect(heard.filter(({ project_id }) => project_id === 'flag-heard')).toEqual(
        [1, 2].map((revision) => ({
          project_id: 'flag-heard',
          environment: 'production',
          revision,
        })),
      );
      await stop();
    });

    it('shows and changes nothing of somebody else', async () => {
      const none: ChangeOutcome = { outcome: 'no_project' };
      const named = { kind: 'flag', key: 'a', by: 'eve' } as const;
      expect(await flags.list(stranger, 'flag')).toEqual([]);
      expect(await flags.find(stranger, 'flag', 'a')).toBeNull();
      expect(await flags.versions(stranger, 'flag', 'a')).toEqual([]);
      expect((await flags.definitions(stranger)).flags).toEqual([]);
      expect(await flags.publication({ ...stranger, environment: 'production' })).toBeNull();
      expect(await flags.revisions([{ ...stranger, environment: 'production' }])).toEqual([0]);
      expect(await flags.put(stranger, put(flag('a'), { basedOn: 3 }))).toEqual(none);
      expect(await flags.archive(stranger, named)).toEqual(none);
      expect(await flags.restore(stranger, named)).toEqual(none);
      expect(await flags.addEnvironment(stranger, 'staging')).toBe('no_project');
      expect(await flags.environments(stranger)).toEqual([{ name: 'production', revision: 0 }]);
      expect((await flags.find(scope, 'flag', 'a'))?.version).toBe(3);
    });
  });
}
