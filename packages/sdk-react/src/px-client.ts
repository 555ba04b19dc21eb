import type { FlagVerbs, PxVerbs } from '@px-platform/sdk-web';

/** What the hooks need of a PX: any that was made with flags has it. */
export type PxClient = Pick<
  PxVerbs<Readonly<Record<string, never>>>,
  'track' | 'identify' | 'reset' | 'page' | 'captureError' | 'flush'
> &
  FlagVerbs;
