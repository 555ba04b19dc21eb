import { describe, expect, it } from 'vitest';
import * as light from './client.js';
import { createBindings, Feature, PXProvider, TrackOnView, useFlag, useTrack } from './index.js';

describe('given types of its own', () => {
  it('hands out the same hooks and components', () => {
    const own = createBindings<{ flags: { beta: boolean } }>();
    expect(own.PXProvider).toBe(PXProvider);
    expect(own.useFlag).toBe(useFlag);
    expect(own.useTrack).toBe(useTrack);
    expect(own.Feature).toBe(Feature);
    expect(own.TrackOnView).toBe(TrackOnView);
  });

  it('hands out the provider of the entry that it comes from', () => {
    const own = light.createBindings<{ flags: { beta: boolean } }>();
    expect(own.PXProvider).toBe(light.PXProvider);
    expect(own.PXProvider).not.toBe(PXProvider);
    expect(own.useFlag).toBe(useFlag);
  });
});
