import { useEffect, useMemo, useState } from 'react';
import type { ApiClient } from '../api/api-client.js';
import { setPageTimer } from '../platform/page-timer.js';
import type { MembersAnswer } from './members-news.js';

export interface UseMembersOptions {
  readonly projectId: string;
  /** Segments that say what people did. */
  readonly keys: readonly string[];
  /** How many of each are shown. */
  readonly sample: number;
  readonly everyMs: number;
}

/** Who is in segments, asked again and again while they are shown. What could not be read once keeps what was known. */
export function useMembers(
  api: Pick<ApiClient, 'members'>,
  { projectId, keys, sample, everyMs }: UseMembersOptions,
): ReadonlyMap<string, MembersAnswer> {
  const [known, setKnown] = useState<ReadonlyMap<string, MembersAnswer>>(new Map());
  const joined = keys.join(' ');
  const asked = useMemo(() => (joined === '' ? [] : joined.split(' ')), [joined]);
  useEffect(() => {
    if (asked.length === 0) return;
    let isShown = true;
    let stop = () => {};
    const tell = (key: string, answer: MembersAnswer) => {
      if (isShown) setKnown((before) => new Map(before).set(key, answer));
    };
    const ask = async () => {
      await Promise.all(
        asked.map((key) =>
          api.members(projectId, { key, sample }).then(
            (members) => tell(key, members),
            () => isShown && setKnown((before) => withFailure(before, key)),
          ),
        ),
      );
      if (isShown) stop = setPageTimer(() => void ask(), everyMs);
    };
    void ask();
    return () => {
      isShown = false;
      stop();
    };
  }, [api, projectId, asked, sample, everyMs]);
  return known;
}

function withFailure(
  known: ReadonlyMap<string, MembersAnswer>,
  key: string,
): ReadonlyMap<string, MembersAnswer> {
  return known.get(key) === undefined ? new Map(known).set(key, 'failed') : known;
}
