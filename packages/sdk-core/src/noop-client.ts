import type { Client } from './client.js';
import { readConsent, type Consents } from './consent.js';

/** A client that takes every call and does nothing: for servers, and for pages without a key. */
export function createNoopClient(): Client {
  const nothing = () => {};
  const done = () => Promise.resolve();
  return {
    track: nothing,
    identify: nothing,
    reset: nothing,
    flush: done,
    stats: () => ({ accepted: 0, delivered: 0, pending: 0, dropped: {} }),
    setConsent: nothing,
    getConsent: () => readConsent('pending') as Consents,
    shutdown: done,
    at: nothing,
  };
}
