'use client';
import type { FlagReads } from '@px-platform/sdk-core';
import PX, { type Disposer, type FlagVerbs, type PxVerbs } from '@px-platform/sdk-web';
import { createContext, useContext } from 'react';
import { createServed } from './served.js';

/** What the hooks need of a PX: any that was made with flags has it. */
export type PxClient = Pick<
  PxVerbs<Readonly<Record<string, never>>>,
  'track' | 'identify' | 'reset' | 'page' | 'route' | 'captureError' | 'flush'
> &
  FlagVerbs;

/** What a provider hands down. */
export interface Handle {
  readonly client: PxClient;
  /** Flags as the server's HTML has them. */
  readonly served: FlagReads;
  /** Called where flags may have come without a change that is told of. */
  readonly onWake: (listener: () => void) => Disposer;
}

/** Without a provider: the page's PX. */
export const PxContext = /* @__PURE__ */ createContext<Handle>({
  client: PX,
  served: /* @__PURE__ */ createServed({}),
  onWake: () => () => {},
});

export const useHandle = (): Handle => useContext(PxContext);
