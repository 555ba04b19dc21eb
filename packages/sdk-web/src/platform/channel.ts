import type { Channel } from '@px-platform/sdk-core';
import { listen } from '../dom/listen.js';

/** Speaks to the origin's other pages through a BroadcastChannel; to nobody where there is none. */
export function createChannel({ name }: { readonly name: string }): Channel {
  let opened: BroadcastChannel | null = null;
  const open = (): BroadcastChannel | null => {
    try {
      return (opened ??= new BroadcastChannel(name));
    } catch {
      return null;
    }
  };
  return {
    post: (message) => open()?.postMessage(message),
    listen(listener) {
      const channel = open();
      if (!channel) return () => {};
      const stop = listen(channel, 'message', (event) =>
        listener(String((event as MessageEvent).data)),
      );
      return () => {
        stop();
        channel.close();
        opened = null;
      };
    },
  };
}
