import type { Disposer } from '../disposer.js';
import type { FeatureContext } from '../features.js';
import { parseJson } from '../parse-json.js';
import { createKept } from './kept.js';
import type { ConfigSource } from './source.js';

/** In which of the segments that the backend computes the person of now is. */
export interface Segments {
  /** Their names; undefined where nothing asks for them, or nobody has told them of this person. */
  get(): readonly string[] | undefined;
  /** Asks, if it is time to. */
  look(): void;
  readonly dispose: Disposer;
}

interface Known {
  readonly of: string;
  readonly names: readonly string[];
}

const TIMEOUT_MS = 10_000;
/** What people did elsewhere counts when they come back after so long; and a question that failed is asked again after the other. */
const OLD_MS = 300_000;
const RETRY_MS = 60_000;

/** Creates it; whoever has not agreed to analytics is not asked about. */
export function createSegments({
  context: { platform, options, identity, consent },
  source,
  person,
  isWanted,
  onAnswer,
}: {
  readonly context: Pick<FeatureContext, 'platform' | 'options' | 'identity' | 'consent'>;
  readonly source: ConfigSource;
  /** Names the person of now. */
  readonly person: () => string;
  /** Whether rules name any. */
  readonly isWanted: () => boolean;
  readonly onAnswer: () => void;
}): Segments {
  const { clock, lifecycle, storage } = platform;
  const kept = createKept<Known>(storage, 'segments');
  let askedFor: string | undefined;
  let askedAt = 0;
  let lastsMs = 0;

  const ask = async (maxAgeMs: number) => {
    const whose = person();
    const now = clock.now();
    if (!isWanted() || consent().analytics !== 'granted') return;
    if (whose === askedFor && now - askedAt < maxAgeMs) return;
    askedFor = whose;
    askedAt = now;
    lastsMs = RETRY_MS;
    const { anonymousId, userId } = identity.get();
    const query = Object.entries({
      key: options.apiKey,
      anonymous_id: anonymousId,
      ...(userId && { user_id: userId }),
    }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const { status, body } = await source.fetch({
      url: `${options.endpoint}/v1/config/segments?${query.join('&')}`,
      body: undefined,
      etag: null,
      timeoutMs: TIMEOUT_MS,
    });
    const { segments } = Object(parseJson(body)) as { readonly segments?: unknown };
    // Somebody else's answer is nobody's.
    if (status !== 200 || !Array.isArray(segments) || whose !== person()) return;
    lastsMs = Infinity;
    kept.set({ of: whose, names: segments });
    onAnswer();
  };

  return {
    get() {
      const { of, names } = kept.get();
      return isWanted() && of === person() ? names : undefined;
    },
    look: () => void ask(lastsMs),
    dispose: lifecycle.onVisible(() => void ask(OLD_MS)),
  };
}
