import type { Attributes, FlagDocument, Verdict } from '@px-platform/protocol/flags';
import type { Logger } from '../logger.js';
import { parseJson } from '../parse-json.js';
import type { KeyValueStorage } from '../platform.js';
import { createKept } from './kept.js';
import type { FlagValues } from './options.js';
import type { Question } from './refresh.js';
import type { ConfigResponse } from './source.js';

/** Where flags stand: not there yet, as published, kept from earlier and not confirmed, or not to be had. */
export type FlagsStatus = 'loading' | 'ready' | 'stale' | 'error';

/** What flags are decided by, from wherever it came last. */
export interface Config {
  /** Rules to decide by. */
  rules(): FlagDocument | undefined;
  /** What was decided in the collector for the person of now, where there are no rules. */
  values(): Readonly<Record<string, Verdict>> | undefined;
  /** Whether only values are to be had, and nothing was asked of the person of now. */
  isUnasked(): boolean;
  /** Whether only values are to be had. */
  isSecret(): boolean;
  revision(): number;
  status(): FlagsStatus;
  readonly question: () => Question;
  /** Forgets what is of one person alone. */
  forget(): void;
}

interface Payload extends Partial<FlagDocument>, Partial<FlagValues> {
  /** Of values: whether there are rules to be had, too. */
  readonly flags_mode?: string;
}
interface Known {
  readonly payload: Payload;
  readonly etag?: string | null;
  /** Whose values they are, or the end of it; rules are everybody's. */
  readonly owner?: string | undefined;
}

const KEY = 'flags';
/** Whose id ends no other's. */
const NOBODY = ' ';
/** Larger ones are not kept: the storage is the page's, too. */
const MOST_CHARACTERS = 500_000;

/** Creates it with what was kept and what the page brought along, whichever is newer. */
export function createConfig({
  storage,
  log,
  bootstrap,
  person,
  attributes,
  onAnswer,
}: {
  readonly storage: KeyValueStorage;
  readonly log: Pick<Logger, 'warn'>;
  readonly bootstrap: unknown;
  /** Names the person of now: `["device","user"]`, as JSON. */
  readonly person: () => string;
  readonly attributes: () => Attributes;
  readonly onAnswer: () => void;
}): Config {
  const kept = createKept<Known>(storage, KEY);
  let known: Known = { payload: {} };
  let isConfirmed = false;
  let hasFailed = false;
  let askedFor: string | undefined;

  /** Whether it is any; what is older than what is known does not take its place. */
  const take = (given: unknown, etag?: string | null, owner?: string): boolean => {
    const payload = Object(given) as Payload;
    const { features, flags, dateUpdated = '' } = payload;
    if (!isObject(features) && !isObject(flags)) return false;
    const { payload: before } = known;
    const isOlder =
      features &&
      revisionOf(payload) < revisionOf(before) &&
      // A project that was set up anew counts from the start.
      dateUpdated <= (before.dateUpdated ?? '');
    if (!isOlder) known = { payload, etag: etag ?? null, owner: features ? undefined : owner };
    return true;
  };
  /** A user's are theirs on whatever device. */
  const current = (): Payload =>
    known.owner === undefined || person().endsWith(known.owner) ? known.payload : {};

  const stored = kept.get();
  take(stored.payload, stored.etag, stored.owner ?? NOBODY);
  let isSecret = known.owner !== undefined;
  /** Two collectors that say otherwise must not keep it going back and forth. */
  let hasTurned = false;
  const { user_id: userId, anonymous_id: deviceId } = Object(bootstrap) as Payload;
  const whose = userId
    ? `,${JSON.stringify(userId)}]`
    : deviceId
      ? JSON.stringify([deviceId, null])
      : person();
  if (bootstrap && !take(bootstrap, null, whose)) log.warn('flags');
  isConfirmed = known.payload === bootstrap;

  return {
    rules: () => (known.payload.features ? (known.payload as FlagDocument) : undefined),
    values: () => current().flags,
    isUnasked: () => isSecret && askedFor !== person(),
    isSecret: () => isSecret,
    revision: () => revisionOf(known.payload),
    status() {
      const { features, flags } = current();
      if (!features && !flags) return hasFailed ? 'error' : 'loading';
      return isConfirmed ? 'ready' : 'stale';
    },
    forget() {
      if (known.owner === undefined) return;
      known = { payload: {} };
      storage.remove(KEY);
    },
    question() {
      const whose = (askedFor = person());
      return {
        path: isSecret ? '/v1/flags/evaluate' : '/v1/config',
        body: isSecret ? toBody(attributes()) : undefined,
        etag: known.etag ?? null,
        settle({ status, etag, body }) {
          const said = parseJson(body);
          if (!isSecret && isValuesOnly({ status, body })) {
            isSecret = true;
            return 'again';
          }
          // Somebody else's answer is nobody's.
          if (isSecret && whose !== person()) return 'again';
          const isNew = status === 200 && take(said, etag, whose);
          isConfirmed = isNew || status === 304;
          hasFailed = !isConfirmed;
          if (isNew && body.length < MOST_CHARACTERS) kept.set(known);
          if (hasFailed && status === 200) log.warn('flags');
          onAnswer();
          if (isSecret && !hasTurned && known.payload.flags_mode === 'rules') {
            hasTurned = true;
            isSecret = false;
            return 'again';
          }
          if (isConfirmed) return 'good';
          return status >= 400 && status < 500 && status !== 429 ? 'never' : 'bad';
        },
      };
    },
  };
}

/** Whether the collector has said that the key gets no rules. */
export const isValuesOnly = ({ status, body }: Pick<ConfigResponse, 'status' | 'body'>) =>
  status === 403 && body.includes('"values_only"');

/** What stands behind the path may be anybody's secret. */
const toBody = ({ $url, ...attributes }: Attributes) =>
  JSON.stringify({ attributes: { ...attributes, $url: String($url).split(/[?#]/)[0] } });
const isObject = (value: unknown) => Object(value) === value;
const revisionOf = ({ px, revision }: Payload) => px?.revision ?? revision ?? 0;
