import PX from '@px-platform/sdk';
import type { ShopEventName, ShopEvents, UserAction } from './events.js';
import type { PxConfig } from './px-config.js';

/** The shop's one door to analytics. Everything else in this folder knows only this. */
export interface Analytics {
  track<Name extends Exclude<ShopEventName, 'user_action'>>(
    name: Name,
    properties: ShopEvents[Name],
  ): void;
  /** A small thing somebody did: sorted, filtered, favourited. */
  act(properties: UserAction): void;
  identify(userId: string, traits: Traits): void;
  /** Forgets who is signed in; the next event belongs to a new anonymous person. */
  reset(): void;
  /** A line above the shop, for whom somebody wants to have it: the flag `shop_notice`. Empty: none. */
  notice(): string;
  /** Tells of another one; returns how to stop. */
  onNotice(listener: () => void): () => void;
}

/** What the shop tells PX about a customer. No e-mail address and no phone number. */
export type Traits = {
  readonly name: string;
  readonly plan: string;
  readonly interests: readonly string[];
};

/** Starts PX with the page's config; without one, says so once and returns silence. */
export function startAnalytics(config: PxConfig | null): Analytics {
  if (!config) {
    // oxlint-disable-next-line no-console -- whoever opens the console wants to know why nothing is sent
    console.info('shop: no PX_CONFIG on this page, running without analytics');
    return silence;
  }
  const { apiKey, projectId } = config;
  PX.init({ apiKey, projectId, bufferSize: 100, flushInterval: 5000, compression: 'gzip' });
  return {
    track(name, properties) {
      PX.track(name, properties);
    },
    act(properties) {
      PX.track('user_action', properties);
    },
    identify(userId, traits) {
      PX.identify(userId, traits);
    },
    reset() {
      PX.reset();
    },
    notice: () => PX.getFlag('shop_notice', undefined, ''),
    onNotice: (listener) => PX.onFlagsChange(listener, ['shop_notice']),
  };
}

const silence: Analytics = {
  track() {},
  act() {},
  identify() {},
  reset() {},
  notice: () => '',
  onNotice: () => () => {},
};
