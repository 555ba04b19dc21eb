import { beforeAll, describe, expect, it } from 'vitest';
import type { SqlClient } from '../sql-client.js';

/** What every client must do for whoever listens. The client stays the caller's to close. */
export function sqlListenContract(name: string, make: () => Promise<SqlClient>): void {
  describe(`${name} keeps the promises of a listener`, () => {
    let sql: SqlClient;
    beforeAll(async () => {
      sql = await make();
    });

    /** Hears a channel, and can wait for what is said on it. */
    async function hear(channel: string) {
      const heard: string[] = [];
      const states: boolean[] = [];
      const stop = await sql.listen(channel, {
        onMessage: (payload) => heard.push(payload),
        onState: (isListening) => states.push(isListening),
      });
      const until = async (payload: string) => {
        while (!heard.includes(payload)) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      return { heard, states, stop, until };
    }
    const say = (channel: string, payload: string) =>
      sql.query('SELECT pg_notify($1, $2)', [channel, payload]);

    it('hears what is said on its channel, in order, and on no other', async () => {
      const { heard, states, stop, until } = await hear('px_one');
      expect(states).toEqual([true]);
      await say('px_one', 'first');
      await say('px_other', 'not ours');
      await say('px_one', 'é 😀 "second"');
      await until('é 😀 "second"');
      expect(heard).toEqual(['first', 'é 😀 "second"']);
      await stop();
    });

    it('hears of a transaction once it is committed, and nothing of one that is not', async () => {
      const { heard, stop, until } = await hear('px_two');
      const failing = sql.transaction(async (transaction) => {
        await transaction.query('SELECT pg_notify($1, $2)', ['px_two', 'rolled back']);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      await sql.transaction(async (transaction) => {
        await transaction.query('SELECT pg_notify($1, $2)', ['px_two', 'committed']);
        await transaction.query('SELECT 1');
        expect(heard).toEqual([]);
      });
      await until('committed');
      expect(heard).toEqual(['committed']);
      await stop();
    });

    it('tells several, each until it stops', async () => {
      const [first, second] = [await hear('px_three'), await hear('px_three')];
      await say('px_three', 'both');
      await Promise.all([first.until('both'), second.until('both')]);
      await first.stop();
      await say('px_three', 'one');
      await second.until('one');
      expect(first.heard).toEqual(['both']);
      await second.stop();
    });
  });
}
