import { expect, it } from 'vitest';
import { chainOfMessages } from './dev-log.js';

it('says of an error what caused it, and nothing twice', () => {
  const engine = new Error('no space');
  const store = new Error('insert into events: no space', { cause: engine });
  const log = new Error('the consumer failed: insert into events: no space', { cause: store });
  expect(chainOfMessages(log)).toBe('the consumer failed: insert into events: no space');
  expect(chainOfMessages(new Error('not taken', { cause: log }))).toBe(
    'not taken (the consumer failed: insert into events: no space)',
  );
  expect(chainOfMessages('thrown text')).toBe('thrown text');
});
