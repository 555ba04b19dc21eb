import type { Logger } from '@px-platform/sdk-core';

/** Told of a promise that somebody is to wait for. */
export type WaitUntil = (promise: Promise<unknown>) => void;

/**
 * Creates what hands over that events are sent: to whoever may otherwise stop the process once a response is out. Within the call that
 * tracked, for they may have to know which request it is of; what is tracked until the end of the turn leaves together.
 */
export function createWaitUntil(
  waitUntil: WaitUntil,
  { flush, log }: { readonly flush: () => Promise<void>; readonly log: Logger },
): () => void {
  let isHandedOver = false;
  return () => {
    if (isHandedOver) return;
    isHandedOver = true;
    const sent = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      isHandedOver = false;
      return flush();
    });
    try {
      waitUntil(sent);
    } catch (cause) {
      log.error('wait_until', 'waitUntil failed; events are sent, but nobody waits for it.', cause);
    }
  };
}
