import { afterEach, describe, expect, it } from 'vitest';
import type { EnvironmentScope, FlagPublications, PublicationListener } from '@px-platform/store';
import { createFlagDocuments, type FlagDocuments, type FlagDocumentsDeps } from './documents.js';

const shop: EnvironmentScope = {
  tenant_id: 'acme',
  project_id: 'shop',
  environment: 'production',
};
const opened: FlagDocuments[] = [];
afterEach(async () => {
  for (const documents of opened.splice(0)) await documents.close();
});

/** A catalog of which a test says what is published, whether it answers, and whether it tells. */
async function open(options: Partial<FlagDocumentsDeps> & { readonly isListening?: boolean } = {}) {
  const published = new Map<string, number>();
  const state = { isAway: false, reads: 0, polls: 0, errors: 0, listening: [] as boolean[] };
  let gate: Promise<void> = Promise.resolve();
  let listener: PublicationListener | null = null;
  const answer = () => {
    if (state.isAway) throw new Error('away');
  };
  const publications: FlagPublications = {
    async publication({ project_id, environment }) {
      state.reads += 1;
      const revision = published.get(project_id);
      await gate;
      answer();
      if (revision === undefined) return null;
      return {
        revision,
        document: JSON.stringify({ features: {}, px: { revision, environment } }),
      };
    },
    async revisions(scopes) {
      state.polls += 1;
      answer();
      return scopes.map(({ project_id }) => published.get(project_id) ?? 0);
    },
    async listen(given) {
      listener = given;
      given.onState(options.isListening ?? true);
      return () => {};
    },
  };
  const documents = await createFlagDocuments({
    publications,
    clock: () => 0,
    log: { info() {}, warn() {}, error() {} },
    metrics: {
      countReadError: () => (state.errors += 1),
      setListening: (isListening) => state.listening.push(isListening),
    },
    pollMs: 5,
    ...options,
  });
  opened.push(documents);
  const revisionOf = async (scope = shop) => (await documents.find(scope)).revision;
  return {
    documents,
    state,
    revisionOf,
    until: async (revision: number) => {
      while ((await revisionOf()) !== revision)
        await new Promise((resolve) => setTimeout(resolve, 1));
    },
    publish: (revision: number, project_id = 'shop') => published.set(project_id, revision),
    tell: (revision: number, project_id = 'shop') =>
      listener?.onPublication({ project_id, environment: 'production', revision }),
    setListening: (isListening: boolean) => listener?.onState(isListening),
    /** Reads wait until what is given is called. */
    hold() {
      let release = () => {};
      gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

describe('given documents that were asked for', () => {
  it('reads each once, for all who ask at the same time', async () => {
    const { revisionOf, publish, state } = await open({ pollMs: 60_000 });
    publish(1);
    expect(await Promise.all([revisionOf(), revisionOf(), revisionOf()])).toEqual([1, 1, 1]);
    expect(await revisionOf({ ...shop, project_id: 'empty' })).toBe(0);
    expect(state.reads).toBe(2);
  });

  it('tells watchers of what is published, and nobody of what is old or somebody else’s', async () => {
    const { documents, publish, tell, until, state, revisionOf } = await open({ pollMs: 60_000 });
    publish(1);
    await revisionOf();
    const told: number[] = [];
    const stop = documents.watch(shop, ({ revision }) => told.push(revision));
    publish(2);
    tell(2);
    tell(2, 'other');
    await until(2);
    tell(1);
    publish(3);
    tell(3);
    await until(3);
    expect(told).toEqual([2, 3]);
    await stop();
    publish(4);
    tell(4);
    await until(4);
    expect(told).toEqual([2, 3]);
    expect(state.reads).toBe(4);
  });

  it('reads again where something is published while it reads', async () => {
    const { publish, tell, until, hold, revisionOf } = await open({ pollMs: 60_000 });
    publish(1);
    const release = hold();
    const first = revisionOf();
    publish(2);
    tell(2);
    release();
    await first;
    await until(2);
  });

  it('asks for revisions while nobody tells of them', async () => {
    const { publish, until, revisionOf, state } = await open({ isListening: false });
    publish(1);
    await revisionOf();
    publish(2);
    await until(2);
    expect(state.listening).toEqual([false]);
  });

  it('asks now and then all the same, for a notice may be lost', async () => {
    const { publish, until, revisionOf } = await open();
    publish(1);
    await revisionOf();
    publish(2);
    await until(2);
  });

  it('looks again once it hears of changes again', async () => {
    const { publish, until, revisionOf, setListening, state } = await open({ pollMs: 60_000 });
    publish(1);
    await revisionOf();
    setListening(false);
    publish(2);
    setListening(true);
    await until(2);
    expect(state.listening).toEqual([true, false, true]);
  });

  it('serves the last one known while the catalog is away, and refuses where none was', async () => {
    const { publish, revisionOf, tell, until, state } = await open({ isListening: false });
    publish(1);
    await revisionOf();
    state.isAway = true;
    publish(2);
    tell(2);
    while (state.errors < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await revisionOf()).toBe(1);
    await expect(revisionOf({ ...shop, project_id: 'other' })).rejects.toMatchObject({
      code: 'unavailable',
      status: 503,
    });
    state.isAway = false;
    await until(2);
  });

  it('keeps so many, those with watchers in any case, and forgets the idle', async () => {
    let now = 0;
    const { documents, revisionOf } = await open({ capacity: 2, idleMs: 100, clock: () => now });
    const of = (project_id: string) => ({ ...shop, project_id });
    const stop = documents.watch(of('watched'), () => {});
    for (const id of ['a', 'b', 'c']) await revisionOf(of(id));
    expect(documents.size()).toBe(2);
    now = 100;
    while (documents.size() > 1) await new Promise((resolve) => setTimeout(resolve, 1));
    await stop();
    while (documents.size() > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
});
