import { describe, expect, it, vi } from 'vitest';
import { createCleanup } from './cleanup.js';

describe('given things to undo', () => {
  it('undoes them in reverse, each once, and does not stop at one that fails', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const undone: string[] = [];
    const cleanup = createCleanup();
    cleanup.add(() => undone.push('first'));
    cleanup.add(() => Promise.reject(new Error('stuck')));
    cleanup.add(() => undone.push('last'));
    await cleanup.run();
    await cleanup.run();
    expect(undone).toEqual(['last', 'first']);
    expect(said.mock.calls).toEqual([['  While stopping: stuck']]);
    said.mockRestore();
  });
});
