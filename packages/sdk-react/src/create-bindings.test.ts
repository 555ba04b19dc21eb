import { describe, expect, it } from 'vitest';
import { createBindings, Feature, TrackOnView, useFlag, useTrack } from './index.js';

describe('given types of its own', () => {
  it('hands out the same hooks and components', () => {
    const own = createBindings<{ flags: { beta: boolean } }>();
    expect(own.useFlag).toBe(useFlag);
    expect(own.useTrack).toBe(useTrack);
    expect(own.Feature).toBe(Feature);
    expect(own.TrackOnView).toBe(TrackOnView);
  });
});
