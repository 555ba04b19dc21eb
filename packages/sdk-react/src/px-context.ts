'use client';
import type { FlagReads } from '@px-platform/sdk-core';
import { createContext, useContext } from 'react';
import { createFlagSignal, type FlagSignal } from './flag-signal.js';
import { createIdleClient } from './idle-client.js';
import type { PxClient } from './px-client.js';
import { createServed, type Served } from './served.js';

/** What a provider hands down. */
export interface Handle {
  readonly client: PxClient;
  /** Flags as the server's HTML has them. */
  readonly served: FlagReads;
  readonly signal: FlagSignal;
}

export const createHandle = (client: PxClient, served: FlagReads): Handle => ({
  client,
  served,
  signal: createFlagSignal(client),
});

/** Without a provider nothing is recorded: which PX it would be is not known here. */
const createIdleHandle = (given: Served): Handle => {
  const served = createServed(given);
  return createHandle(createIdleClient(served), served);
};

export const PxContext = /* @__PURE__ */ createContext<Handle>(
  /* @__PURE__ */ createIdleHandle({}),
);

export const useHandle = (): Handle => useContext(PxContext);
