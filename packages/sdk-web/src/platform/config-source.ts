import { combineDisposers, type ConfigSource } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';
import { hasDocument } from './has-browser.js';

/**
 * Brings flags from the collector. The browser's own HTTP cache asks with the ETag it keeps: a header of ours would cost
 * another origin a preflight. A stream would cost the page its place in the back/forward cache: it ends as the page is left.
 */
export const createConfigSource = (): ConfigSource => ({
  async fetch({ url, body, timeoutMs }) {
    try {
      const response = await fetch(url, {
        ...(body !== undefined && {
          method: 'POST',
          body,
          headers: { 'content-type': 'text/plain' },
        }),
        credentials: 'omit',
        cache: 'no-cache',
        // Browsers without this timeout hang as long as the engine lets them.
        ...('timeout' in AbortSignal && { signal: AbortSignal.timeout(timeoutMs) }),
      });
      return {
        status: response.status,
        etag: response.headers.get('etag'),
        body: await response.text(),
      };
    } catch {
      return { status: 0, etag: null, body: '' };
    }
  },
  ...(typeof EventSource !== 'undefined' && { stream }),
  isVisible: () => !hasDocument() || document.visibilityState !== 'hidden',
  bootstrap: () => (globalThis as { readonly PX_FLAGS?: unknown }).PX_FLAGS,
});

function stream({ url, onRevision, onEnd }: Parameters<NonNullable<ConfigSource['stream']>>[0]) {
  const source = new EventSource(url);
  const stop = combineDisposers([
    () => source.close(),
    listen(source, 'config', (event) => {
      const [, revision] = /"revision":(\d+)/.exec((event as MessageEvent<string>).data) ?? [];
      onRevision(Number(revision));
    }),
    // Its own way of trying again asks every few seconds, from everybody at once.
    ...[[source, 'error'] as const, [globalThis, 'pagehide'] as const].map(([target, type]) =>
      listen(target, type, () => {
        stop();
        onEnd();
      }),
    ),
  ]);
  return stop;
}
