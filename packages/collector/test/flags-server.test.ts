import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlClient } from '@px-platform/store';
import { migratePostgres, openPostgres } from '@px-platform/store/postgres';
import { openPostgres as openPostgresServer } from '@px-platform/test-services';
import { flagOf, openFlagsStage, openStream, type FlagsStage } from './flags-stage.js';

const server = await openPostgresServer({ isOwn: true });
const log = { info() {}, warn() {}, error() {} };
const options = { url: server?.url ?? '', connectTimeoutMs: 500, statementTimeoutMs: 2_000, log };

afterAll(async () => {
  await server?.stop();
});

describe.skipIf(!server)('given two collectors on a Postgres server', () => {
  const clients: SqlClient[] = [];
  const stages: FlagsStage[] = [];
  let key: string;
  beforeAll(async () => {
    await migratePostgres(options);
    for (let number = 0; number < 2; number += 1) {
      const sql = openPostgres(options);
      clients.push(sql);
      stages.push(await openFlagsStage(sql, { pollMs: 200 }));
    }
    key = await stages[0]!.keyOf();
  });
  afterAll(async () => {
    await Promise.all(stages.map((stage) => stage.close()));
    await Promise.all(clients.map((sql) => sql.close()));
  });

  const streamsOf = () =>
    Promise.all(stages.map(({ url }) => openStream(`${url}/v1/config/stream?key=${key}`)));
  const told = async (stream: Awaited<ReturnType<typeof openStream>>, revision: number) => {
    while ((await stream.next())?.data !== JSON.stringify({ revision }));
  };
  const served = (stage: FlagsStage) => fetch(`${stage.url}/v1/config?key=${key}`);

  it('tells the streams of both of a change, well within a second', async () => {
    const [first, second] = await streamsOf();
    const took: number[] = [];
    for (let change = 1; change <= 20; change += 1) {
      const startedAt = performance.now();
      const variants = { off: 'old', on: `${change}` };
      const revision = await stages[0]!.put(flagOf('live', { variants }));
      await Promise.all([told(first!, revision), told(second!, revision)]);
      took.push(performance.now() - startedAt);
      for (const stage of stages)
        expect((await served(stage)).headers.get('etag')).toBe(`"production-${revision}"`);
    }
    took.sort((a, b) => a - b);
    console.info(
      `two collectors: put to both streams, median ${took[10]} ms, worst ${took.at(-1)} ms`,
    );
    first?.close();
    second?.close();
  });

  it('serves what it knew while Postgres is away, and catches up with what it missed', async () => {
    const [stream, other] = await streamsOf();
    const revision = await stages[0]!.put(flagOf('before'));
    await Promise.all([told(stream!, revision), told(other!, revision)]);
    await server?.process?.kill();
    for (const stage of stages) {
      const response = await served(stage);
      expect([response.status, response.headers.get('etag')]).toEqual([
        200,
        `"production-${revision}"`,
      ]);
      const verdicts = await fetch(`${stage.url}/v1/flags/evaluate?key=${key}`, { method: 'POST' });
      expect(verdicts.status).toBe(200);
      // Nobody knows what this one opens.
      const unknown = await fetch(`${stage.url}/v1/config?key=pxw_never_seen`);
      expect(unknown.status).toBe(503);
    }
    while (!(await stages[1]!.registry.metrics()).includes('px_collector_flags_listening 0'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await server?.process?.start();
    // Written by somebody whom the collectors do not hear yet.
    const missed = await stages[0]!.put(flagOf('after'));
    expect(missed).toBe(revision + 1);
    await Promise.all([told(stream!, missed), told(other!, missed)]);
    while (!(await stages[1]!.registry.metrics()).includes('px_collector_flags_listening 1'))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const heard = await stages[1]!.put(flagOf('again'));
    await Promise.all([told(stream!, heard), told(other!, heard)]);
    stream?.close();
    other?.close();
  });
});
