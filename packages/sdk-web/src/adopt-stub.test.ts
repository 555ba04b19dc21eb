import { describe, expect, it } from 'vitest';
import { adoptStub } from './adopt-stub.js';
import type { EarlyCall } from './early-calls.js';
import { SNIPPET } from './snippet.js';

interface Stub {
  q?: unknown[];
  init(options: object): void;
  track(...args: unknown[]): void;
  page(properties?: object): void;
}

/** Runs the snippet as a page does. */
function runSnippet(page: { readonly PX?: unknown } = {}): Stub {
  const place = { href: 'https://shop.example/first' };
  const document = { title: 'First', referrer: 'https://search.example/' };
  // eslint-disable-next-line -- it is a script's text: that is how a page runs it
  new Function('window', 'document', 'location', SNIPPET)(page, document, place);
  return page.PX as Stub;
}

function facade(made: unknown[]) {
  return (earlier: readonly EarlyCall[]) => {
    made.push(...earlier);
    return { init: (options: unknown) => void made.push({ options }), track: () => 'real' };
  };
}

describe('given calls kept by the snippet', () => {
  it('makes each as of its own time and page, then starts, and the stub is the facade', () => {
    const stub = runSnippet();
    stub.track('early', { step: 1 });
    stub.init({ projectId: 'shop' });
    stub.page({ step: 2 });
    const made: unknown[] = [];
    const px = adoptStub(stub, facade(made));
    const moment = {
      at: expect.any(Number) as number,
      context: {
        page: {
          url: 'https://shop.example/first',
          title: 'First',
          referrer: 'https://search.example/',
        },
      },
    };
    expect(made).toEqual([
      { verb: 'track', args: ['early', { step: 1 }], ...moment },
      { verb: 'track', args: ['page_view', { navigation: 'manual', step: 2 }], ...moment },
      { options: { projectId: 'shop' } },
    ]);
    expect(px).toBe(stub);
    expect(px.track()).toBe('real');
    expect(stub.q).toBeUndefined();
  });

  it('is only the facade where there was no snippet', () => {
    expect(adoptStub(undefined, facade([])).track()).toBe('real');
    expect(adoptStub({ track: () => 'another copy' }, facade([])).track()).toBe('real');
  });

  it('leaves a PX alone that has loaded before', () => {
    const loaded = { track: () => 'real' };
    expect(runSnippet({ PX: loaded })).toBe(loaded);
    expect(loaded.track()).toBe('real');
  });
});
