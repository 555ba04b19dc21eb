import { expect, it } from 'vitest';
import type { Delivery } from './deliver.js';
import { deliverInOrder } from './deliver-in-order.js';

/** Batches on their way, to be answered by hand. */
function setUp() {
  const waiting = new Map<string, { answer: () => void; fail: (error: Error) => void }>();
  const settled: string[] = [];
  const sender = deliverInOrder(
    ([name = '']) =>
      new Promise<Delivery>((resolve, reject) => {
        waiting.set(name, { answer: () => resolve({ accepted: 1, dropped: [] }), fail: reject });
      }),
  );
  const push = (name: string) =>
    sender.push(name === '' ? [] : [name], async () => void settled.push(name));
  return { sender, push, waiting, settled };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('has four on their way, and settles them in order, whichever is answered first', async () => {
  const { sender, push, waiting, settled } = setUp();
  for (const name of ['a', 'b', 'c', 'd']) await push(name);
  expect([...waiting.keys()]).toEqual(['a', 'b', 'c', 'd']);
  const fifth = push('e');
  waiting.get('c')?.answer();
  waiting.get('b')?.answer();
  await turn();
  expect([settled, waiting.has('e')]).toEqual([[], false]);
  waiting.get('a')?.answer();
  await fifth;
  await turn();
  expect([settled, waiting.has('e')]).toEqual([['a', 'b', 'c'], true]);
  waiting.get('e')?.answer();
  waiting.get('d')?.answer();
  await push('');
  await sender.all();
  expect(settled).toEqual(['a', 'b', 'c', 'd', 'e', '']);
});

it('settles nothing behind one that failed, and says that it did', async () => {
  const { sender, push, waiting, settled } = setUp();
  for (const name of ['a', 'b', 'c']) await push(name);
  waiting.get('c')?.answer();
  waiting.get('a')?.answer();
  waiting.get('b')?.fail(new Error('gone'));
  await expect(sender.all()).rejects.toThrow('gone');
  await sender.quiet();
  expect(settled).toEqual(['a']);
});
