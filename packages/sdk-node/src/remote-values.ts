import { PATHS } from '@px-platform/protocol';
import type { Verdict } from '@px-platform/protocol/flags';
import type { FlagAttributes } from '@px-platform/sdk-core';
import type { ServerConfigSource } from './config-source.js';

/** What the collector has decided for somebody. */
export interface RemoteValues {
  readonly revision: number;
  readonly flags: Readonly<Record<string, Verdict>>;
}

/** Has the collector decide; null where no proper answer came. Never rejects. */
export type AskForValues = (context: FlagAttributes) => Promise<RemoteValues | null>;

/** Creates it. Who asks for the same while it is under way has the same answer. */
export function createAskForValues(
  source: Pick<ServerConfigSource, 'evaluate'>,
  endpoint: string,
): AskForValues {
  const underWay = new Map<string, Promise<RemoteValues | null>>();
  return async (context) => {
    try {
      const body = JSON.stringify({ attributes: context });
      const asked =
        underWay.get(body) ??
        source
          .evaluate(endpoint + PATHS.evaluateFlags, body)
          .then(({ status, body: answer }) => (status === 200 ? read(answer) : null))
          .finally(() => underWay.delete(body));
      underWay.set(body, asked);
      return await asked;
    } catch {
      // What is no JSON, from here or from there.
      return null;
    }
  };
}

function read(answer: string): RemoteValues | null {
  const { flags, revision } = Object(JSON.parse(answer)) as Partial<RemoteValues>;
  const verdicts: unknown[] = Object.values(Object(flags) as object);
  const isSound =
    Object(flags) === flags &&
    typeof revision === 'number' &&
    verdicts.every((each) => Array.isArray((Object(each) as Partial<Verdict>).exposures));
  return isSound ? { flags: flags as RemoteValues['flags'], revision } : null;
}
