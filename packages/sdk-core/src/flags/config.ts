import type { Attributes, FlagDocument, Verdict } from '@px-platform/protocol/flags';
import type { Logger } from '../logger.js';
import { parseJson } from '../parse-json.js';
import type { KeyValueStorage } from '../platform.js';
import { createKept } from './kept.js';
import type { FlagValues } from './options.js';
import type { Question } from './refresh.js';

/** Where flags stand: not there yet, as published, kept from earlier and not confirmed, or not to be had. */
export type FlagsStatus = 'loading' | 'ready' | 'stale' | 'error';

/** What flags are decided by, from wherever it came last. */
export interface Config {
  /** Rules to decide by. */
  rules(): FlagDocument | null;
  /** What was decided in the collector for the person of now; null where rules decide, or it was another's. */
  values(): Readonly<Record<string, Verdict>> | null;
  /** Whether there are only values to be had. */
  isSecret(): boolean;
  /** Whether somebody is here of whom nothing was asked. */
  isUnasked(): boolean;
  revision(): number;
  status(): FlagsStatus;
  readonly question: () => Question;
}

interface Payload extends Partial<FlagDocument>, Partial<FlagValues> {}
interface Kept {
  readonly payload: Payload;
  readonly etag: string | null;
  /** Whose values they are. */
  readonly owner: string | undefined;
}

/** Larger ones are not kept: the storage is the page's, too. */
const MOST_CHARACTERS = 500_000;

/** Creates it with what the page brought along and what was kept, whichever is newer. */
export function createConfig({
  storage,
  log,
  bootstrap,
  person,
  attributes,
  onChange,
}: {
  readonly storage: KeyValueStorage;
  readonly log: Pick<Logger, 'warn'>;
  readonly bootstrap: unknown;
  /** Names the person of now. */
  readonly person: () => string;
  readonly attributes: () => Attributes;
  /** Told of every answer. */
  readonly onChange: () => void;
}): Config {
  const kept = createKept<Kept>(storage, 'flags');
  let payload: Payload | null = null;
  let owner: string | undefined;
  let etag: string | null = null;
  let isSecret = false;
  let isConfirmed = false;
  let hasFailed = false;
  let askedFor: string | undefined;

  /** What is older than what is known never takes its place. Null: it is no payload. */
  const take = (given: unknown, whose?: string): Payload | null => {
    const next = Object(given) as Payload;
    const isValues = Object(next.features) !== next.features;
    if (isValues && Object(next.flags) !== next.flags) return null;
    const isOlder =
      payload !== null &&
      !isValues &&
      revisionOf(next) < revisionOf(payload) &&
      // A project that was set up anew counts from the start.
      !((next.dateUpdated ?? '') > (payload.dateUpdated ?? ''));
    if (!isOlder) {
      payload = next;
      owner = isValues ? (whose ?? person()) : undefined;
    }
    return payload;
  };
  const current = () => (owner === undefined || owner === person() ? payload : null);

  const stored = kept.get();
  if (take(stored.payload, stored.owner ?? '')) {
    etag = stored.etag ?? null;
    isSecret = owner !== undefined;
  }
  const known = payload;
  if (bootstrap !== undefined) {
    if (!take(bootstrap)) log.warn('flags');
    isConfirmed = payload !== known;
  }

  return {
    rules: () => (payload?.features ? (payload as FlagDocument) : null),
    values: () => current()?.flags ?? null,
    isSecret: () => isSecret,
    isUnasked: () => isSecret && askedFor !== person(),
    revision: () => revisionOf(payload),
    status: () =>
      current() === null ? (hasFailed ? 'error' : 'loading') : isConfirmed ? 'ready' : 'stale',
    question() {
      const whose = (askedFor = person());
      return {
        path: isSecret ? '/v1/flags/evaluate' : '/v1/config',
        body: isSecret ? JSON.stringify({ attributes: attributes() }) : undefined,
        etag,
        settle({ status, body, ...response }) {
          const said = parseJson(body);
          const isSecretNow = (Object(said) as { code?: unknown }).code === 'values_only';
          if (status === 403 && isSecretNow && !isSecret) {
            isSecret = true;
            return 'again';
          }
          hasFailed = false;
          // Somebody else's answer is nobody's.
          if (isSecret && whose !== person()) return 'again';
          const isGood = status === 304 || (status === 200 && take(said, whose) !== null);
          isConfirmed = isGood;
          hasFailed = !isGood;
          if (status === 200 && isGood) {
            etag = response.etag;
            if (body.length < MOST_CHARACTERS) kept.set({ payload: payload as Payload, etag, owner });
          }
          if (status === 200 && !isGood) log.warn('flags');
          onChange();
          return isGood ? 'good' : status >= 400 && status < 500 && status !== 429 ? 'never' : 'bad';
        },
      };
    },
  };
}

const revisionOf = (payload: Payload | null) => payload?.px?.revision ?? payload?.revision ?? 0;
