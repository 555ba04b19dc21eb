import type { DeclaredTypes, FlagVerbs, PxTypes, PxVerbs } from '@px-platform/sdk-web';

/** What the hooks need of a PX: any that was made with flags has it. `T` says which flags, experiments and events there are. */
export type PxClient<T extends PxTypes = DeclaredTypes> = Pick<
  PxVerbs<Readonly<Record<string, never>>, T>,
  'track' | 'identify' | 'reset' | 'page' | 'route' | 'captureError' | 'flush'
> &
  FlagVerbs<T>;
