import { combineDisposers, type Channel } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';

/**
 * Speaks to the origin's other pages through a BroadcastChannel; to nobody where there is none. Has one
 * listener at a time. A page in the back/forward cache does not listen: a message would cost it its place.
 */
export function createChannel({ name }: { readonly name: string }): Channel {
  let own: BroadcastChannel | null = null;
  const open = () => {
    try {
      return new BroadcastChannel(name);
    } catch {
      return null;
    }
  };
  const close = () => {
    own?.close();
    own = null;
  };
  return {
    post(message) {
      const channel = own ?? open();
      channel?.postMessage(message);
      if (channel !== own) channel?.close();
    },
    listen(listener) {
      const start = () => {
        close();
        own = open();
        if (own) own.onmessage = ({ data }) => listener(String(data));
      };
      start();
      return combineDisposers([
        close,
        listen(globalThis, 'pagehide', close),
        listen(globalThis, 'pageshow', start),
      ]);
    },
  };
}
