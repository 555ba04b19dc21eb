import { expect, it } from 'vitest';
import { UsageError } from '../config.js';
import { atServer } from './at-server.js';

const postgres = {
  server: 'Postgres',
  variable: 'POSTGRES_URL',
  address: 'postgres://px:s3cret@db:5432/px',
};

it('tells which server failed, where, and which variable names it, but not its password', async () => {
  const failing = atServer(postgres, () => Promise.reject(new Error('connect ECONNREFUSED\nat x')));
  await expect(failing).rejects.toThrow(UsageError);
  await expect(failing).rejects.toThrow(
    'Postgres at postgres://px:…@db:5432/px: connect ECONNREFUSED\n  Is it running, and is POSTGRES_URL right?',
  );
});

it('passes on what works, and what is wrong with the arguments', async () => {
  expect(await atServer(postgres, async () => 1)).toBe(1);
  const wrong = new UsageError('no such key');
  await expect(atServer(postgres, () => Promise.reject(wrong))).rejects.toBe(wrong);
});
