import { expect, it } from 'vitest';
import { loadChdb } from './chdb-module.js';

it('says what to install, and why it is not there, when the engine is missing', async () => {
  const cause = new Error("Cannot find package 'chdb'");
  const error = await loadChdb(() => Promise.reject(cause)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(/npm install chdb.*Cannot find package 'chdb'/);
  expect((error as Error).message).toMatch(/optional dependency/);
  expect((error as Error).cause).toBe(cause);
});
