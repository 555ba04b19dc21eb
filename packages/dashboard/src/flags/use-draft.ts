import { useEffect, useState } from 'react';
import type { Stored } from './definitions-api.js';

/** What was changed and not published yet, by where it belongs. Outlives the editor it is written in. */
export type Drafts = Map<string, Draft<unknown>>;

interface Draft<D> {
  readonly version: number;
  readonly base: D;
  readonly draft: D;
}

/**
 * A definition as it is being changed. What is stored anew takes its place where nothing was changed; what somebody is
 * writing is never taken from under them, be it that they look at something else meanwhile.
 */
export function useDraft<D>(
  stored: Stored<D>,
  { drafts, place }: { readonly drafts: Drafts; readonly place: string },
): readonly [D, (draft: D) => void] {
  const { version, definition } = stored;
  const [state, setState] = useState<Draft<D>>(
    // Whoever puts something there takes it from the same place.
    () =>
      (drafts.get(place) as Draft<D> | undefined) ?? {
        version,
        base: definition,
        draft: definition,
      },
  );
  let current = state;
  if (version !== state.version) {
    current = { version, base: definition, draft: isChanged(state) ? state.draft : definition };
    setState(current);
  }
  useEffect(() => {
    if (isChanged(current)) drafts.set(place, current);
    else drafts.delete(place);
  }, [drafts, place, current]);
  return [current.draft, (draft) => setState({ version, base: definition, draft })];
}

/** Asks before a window is closed over what was not published. */
export function useLeaveGuard(drafts: Drafts): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (drafts.size > 0) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [drafts]);
}

function isChanged({ base, draft }: Draft<unknown>): boolean {
  return JSON.stringify(base) !== JSON.stringify(draft);
}
