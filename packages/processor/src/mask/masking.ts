import { randomBytes } from 'node:crypto';
import { DEFAULT_PRIVACY_RULES, LIMITS } from '@px-platform/protocol';
import {
  createLastKnown,
  type Catalog,
  type PrivacyPolicy,
  type ServerLog,
} from '@px-platform/store';
import { createMasker, type Masker } from './masker.js';

/** Whose event something is. */
export interface Owned {
  readonly tenant_id: string;
  readonly project_id: string;
}

/** The maskers of a batch's projects. Rejects where the rules of one were never known and cannot be had now. */
export type FindMaskers = (batch: readonly Owned[]) => Promise<(owned: Owned) => Masker>;

export interface MaskingOptions {
  readonly catalog: Pick<Catalog, 'privacyPolicy'>;
  readonly clock: () => number;
  readonly log: ServerLog;
}

/** How long a batch waits for rules: nothing may be stored without any. Milliseconds. */
const WAIT_MS = 2_000;

/** Remembers each project's masker; a change of its rules counts within seconds. */
export function createMasking({ catalog, clock, log }: MaskingOptions): FindMaskers {
  const find = createLastKnown<Owned, { readonly policy: string; readonly masker: Masker }>({
    clock,
    waitMs: WAIT_MS,
    keyOf,
    async ask({ tenant_id, project_id }, known) {
      const policy = await catalog.privacyPolicy(tenant_id, project_id);
      const text = JSON.stringify(policy);
      // What a masker remembers holds for as long as its rules do.
      return known?.policy === text ? known : { policy: text, masker: createMasker(policy) };
    },
    onFailure(error, { project_id }, isKnown) {
      log.warn(
        { err: error, project: project_id, known: isKnown },
        'the privacy rules could not be read',
      );
    },
  });

  const ofNobody = createMasker(ownPolicy());

  return async (batch) => {
    const maskers = new Map<string, Masker>();
    for (const owned of batch) {
      const key = keyOf(owned);
      if (maskers.has(key)) continue;
      if (!isStorable(owned.tenant_id) || !isStorable(owned.project_id)) {
        maskers.set(key, ofNobody);
        continue;
      }
      const found = await find(owned);
      if (!found) {
        throw new Error(`the privacy rules of project ${owned.project_id} are not known yet`);
      }
      maskers.set(key, found.masker);
    }
    return (owned) => {
      const masker = maskers.get(keyOf(owned));
      if (!masker) throw new Error(`no event of project ${owned.project_id} was in this batch`);
      return masker;
    };
  };
}

const keyOf = ({ tenant_id, project_id }: Owned) => `${tenant_id}\n${project_id}`;

/** Letters hold what somebody wrote into their topic: no catalog can be asked for such an id, and nobody has it. */
const isStorable = (id: string) => id.length <= LIMITS.idLength && !id.includes('\0');

/** Rules for whoever runs a processor without a catalog: the defaults, with a secret that ends with the process. */
export function defaultPrivacy(): Pick<Catalog, 'privacyPolicy'> {
  const policy = ownPolicy();
  return { privacyPolicy: async () => policy };
}

function ownPolicy(): PrivacyPolicy {
  return { rules: DEFAULT_PRIVACY_RULES, secret: randomBytes(32).toString('hex') };
}
