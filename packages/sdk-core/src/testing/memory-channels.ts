import type { Channel } from '../platform.js';
import { createPublisher, type Publisher } from '../publisher.js';

/** Makes channels that hear one another, each of its own page; share the maker between platforms to play tabs. */
export function createMemoryChannels(): () => Channel {
  const pages = new Set<Publisher<string>>();
  return () => {
    const page = createPublisher<string>((cause) => {
      throw cause;
    });
    pages.add(page);
    return {
      post(message) {
        for (const other of pages) if (other !== page) other.publish(message);
      },
      listen: page.listen,
    };
  };
}
