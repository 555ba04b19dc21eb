import type { FeatureContext } from '../features.js';
import { SESSION_KEY } from '../session.js';
import { createKept } from './kept.js';

/** Creates a reader of the session's id; undefined where the next event opens another. */
export function createCurrentSession({
  platform: { clock, storage },
  options,
}: Pick<FeatureContext, 'platform' | 'options'>): () => string | undefined {
  const session = createKept<{ id: string; activeAt: number }>(storage, SESSION_KEY);
  return () => {
    const { id, activeAt = 0 } = session.get();
    return clock.now() - activeAt < options.sessionTimeoutMs ? id : undefined;
  };
}
