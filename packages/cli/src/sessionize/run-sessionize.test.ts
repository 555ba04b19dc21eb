import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../config.js';
import { readSessionizeConfig } from './config.js';
import { runSessionize } from './run-sessionize.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'px-sessionize-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function run(args: readonly string[], text = '') {
  const printed: Record<string, unknown>[] = [];
  const said: string[] = [];
  const isWhole = await runSessionize(readSessionizeConfig(args), {
    print: (line) => printed.push(JSON.parse(line) as Record<string, unknown>),
    complain: (line) => said.push(line),
    stdin: Readable.from([Buffer.from(text)]),
  });
  return { printed, said, isWhole };
}
const lines = (...events: object[]) => events.map((each) => `${JSON.stringify(each)}\n`).join('');
const at = (minute: number, more: object = {}) => ({
  event_id: `e${minute}`,
  anonymous_id: 'ana',
  timestamp: Date.UTC(2026, 10, 20, 12) + minute * 60_000,
  ...more,
});

describe('px sessionize', () => {
  it('prints the sessions of each owner, whatever the order of the lines', async () => {
    const text = lines(
      at(95),
      at(0),
      at(20, { anonymous_id: null, user_id: 'bea' }),
      at(30),
      at(60),
      at(0),
    );
    const { printed, said, isWhole } = await run(['-'], text);
    expect({ said, isWhole }).toEqual({ said: [], isWhole: true });
    expect(printed).toEqual([
      {
        owner: 'ana',
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        started_at: '2026-11-20T12:00:00.000Z',
        ended_at: '2026-11-20T13:00:00.000Z',
        duration_ms: 3_600_000,
        events: 3,
        first_event_id: 'e0',
        last_event_id: 'e60',
      },
      expect.objectContaining({ owner: 'ana', events: 1, first_event_id: 'e95' }) as object,
      expect.objectContaining({ owner: 'bea', events: 1 }) as object,
    ]);
  });

  it('keeps a session that its sender named, whatever its pauses', async () => {
    const { printed } = await run(
      ['-'],
      lines(at(0, { session_id: 'mine' }), at(500, { session_id: 'mine' }), at(501)),
    );
    expect(printed.map(({ session_id, events }) => [session_id === 'mine', events])).toEqual([
      [true, 2],
      [false, 1],
    ]);
  });

  it('prints events with their sessions, by fields and rules of the caller’s', async () => {
    const file = join(dir, 'export.json.gz');
    const visit = (when: string, source?: string) => ({
      visitor: { id: 7 },
      when,
      ...(source && { source }),
    });
    await writeFile(
      file,
      gzipSync(
        lines(
          visit('2026-01-01T00:00:00Z'),
          visit('2026-01-01T00:10:01Z'),
          visit('2026-01-01T00:10:02Z', 'ad'),
          visit('2026-01-01T00:10:03Z'),
        ),
      ),
    );
    const options = '--events --owner visitor.id --time when --campaign source --idle-minutes 10';
    const { printed } = await run([file, ...options.split(' ')]);
    const ids = [...new Set(printed.map(({ session_id }) => session_id))];
    expect(printed.map(({ when, session_id }) => [when, ids.indexOf(session_id)])).toEqual([
      ['2026-01-01T00:00:00Z', 0],
      ['2026-01-01T00:10:01Z', 1],
      ['2026-01-01T00:10:02Z', 2],
      ['2026-01-01T00:10:03Z', 2],
    ]);
    const withoutRule = await run([file, ...options.replace('source', 'none').split(' ')]);
    expect(new Set(withoutRule.printed.map(({ session_id }) => session_id)).size).toBe(2);
  });

  it('leaves out what it cannot read, says where and why, and how many', async () => {
    const text = `${lines(at(0))}{"half\n\n${lines({ event_id: 'x', timestamp: 1 }, at(1, { timestamp: 'noon' }))}`;
    const { printed, said, isWhole } = await run(['-'], text);
    expect(printed).toHaveLength(1);
    expect(isWhole).toBe(false);
    expect(said).toEqual([
      expect.stringMatching(/^-:2: no JSON/),
      '-:4: none of anonymous_id, user_id has a value',
      '-:5: timestamp is "noon": neither epoch milliseconds nor an ISO 8601 time',
      '3 of the lines could not be read and are left out.',
    ]);
  });

  it('rejects where a file is not there, or is no gzip', async () => {
    await expect(run([join(dir, 'nowhere.json')])).rejects.toThrow(/ENOENT.*nowhere/);
    await writeFile(join(dir, 'plain.gz'), 'not gzip');
    await expect(run([join(dir, 'plain.gz')])).rejects.toThrow(/incorrect header/);
  });

  it.each([
    [[], 'name a file'],
    [['-', '--idle-minutes', 'ten'], '--idle-minutes "ten"'],
    [['-', '--nonsense'], '--nonsense'],
  ])('says what is wrong with %j', (args, words) => {
    expect(() => readSessionizeConfig(args)).toThrow(UsageError);
    expect(() => readSessionizeConfig(args)).toThrow(words);
  });
});
