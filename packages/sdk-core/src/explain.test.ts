import { describe, expect, it } from 'vitest';
import { explain } from './explain.js';

describe('given something to say to developers', () => {
  it('names what was received and what is used instead', () => {
    expect(explain('option:bufferSize', [0, 20])).toEqual([
      'px: option bufferSize cannot be 0; using 20.',
    ]);
    expect(explain('invalid_user_id', ['alias', 'undefined', {}])).toEqual([
      expect.stringMatching(/^px: alias\("undefined", an object\): expected your own id/),
    ]);
  });

  it('shows the cause beside the sentence', () => {
    const cause = new Error('broken');
    expect(explain('setup:mine', [cause, {}])).toEqual([
      'px: plugin mine failed to start and was left out.',
      cause,
    ]);
    expect(explain('setup:', [cause, false])[0]).toContain('plugin false failed');
  });

  it('keeps names whole that hold what separates a kind from its subject', () => {
    expect(explain('write:cart:added', [])[0]).toContain('cart:added is not JSON');
  });

  it("hands on what a plugin says of its own, and a kind's name where it says nothing", () => {
    expect(explain('mine', ['look here', 7])).toEqual(['px: look here', 7]);
    expect(explain('toString', [])).toEqual(['px: toString']);
  });
});
