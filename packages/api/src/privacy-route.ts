import type { RequestHandler } from 'express';
import {
  fieldName,
  IP_ACTIONS,
  PRIVACY_ACTIONS,
  PRIVACY_LIMITS,
  type PrivacyAction,
  type PrivacyRules,
} from '@px-platform/protocol';
import { personalToken, type Catalog } from '@px-platform/store';
import { invalid, noSuchProject } from './errors.js';
import { scopeOf } from './grant.js';
import { bodyOf, readBody, refuseOthers, shown } from './json-body.js';

export interface PrivacyRouteDeps {
  readonly privacy: Pick<Catalog, 'privacyRules' | 'setPrivacyRules' | 'privacyPolicy'>;
}

/** A handler for each route about personal data, to be listed by the one router. */
export interface PrivacyRoutes {
  readonly readBody: RequestHandler;
  readonly getRules: RequestHandler;
  readonly putRules: RequestHandler;
  readonly postToken: RequestHandler;
}

/** An e-mail address has 254 characters at most; a field of a tenant's own may hold more. */
const MOST_TEXT = 1_000;

/** What each member of the rules may say. */
const ACTIONS = {
  email: PRIVACY_ACTIONS,
  phone: PRIVACY_ACTIONS,
  ip_address: IP_ACTIONS,
} as const;

export function privacyRoutes({ privacy }: PrivacyRouteDeps): PrivacyRoutes {
  return {
    readBody: readBody(),
    async getRules(request, response) {
      const { tenant_id, project_id } = scopeOf(request, response);
      response.json(await privacy.privacyRules(tenant_id, project_id));
    },
    async putRules(request, response) {
      const { tenant_id, project_id } = scopeOf(request, response);
      const rules = readRules(bodyOf(request));
      if (!(await privacy.setPrivacyRules(tenant_id, project_id, rules))) {
        throw noSuchProject();
      }
      response.json(await privacy.privacyRules(tenant_id, project_id));
    },
    async postToken(request, response) {
      const { tenant_id, project_id } = scopeOf(request, response);
      const { text, ...others } = bodyOf(request);
      refuseOthers(others, ['text']);
      if (typeof text !== 'string' || text.trim() === '' || text.length > MOST_TEXT) {
        throw invalid(
          `"text" is what was hashed, such as an e-mail address: 1 to ${MOST_TEXT} characters`,
        );
      }
      const { secret } = await privacy.privacyPolicy(tenant_id, project_id);
      response.json({ token: personalToken(secret, text) });
    },
  };
}

function readRules(body: Readonly<Record<string, unknown>>): Partial<PrivacyRules> {
  const { email, phone, ip_address, fields, ...others } = body;
  refuseOthers(others, [...Object.keys(ACTIONS), 'fields']);
  const said = Object.entries({ email, phone, ip_address }).filter(
    ([, value]) => value !== undefined,
  );
  for (const [name, value] of said) {
    const actions: readonly string[] = ACTIONS[name as keyof typeof ACTIONS];
    if (!actions.includes(value as string)) {
      throw invalid(`"${name}" is one of ${actions.join(', ')}; received ${shown(value)}`);
    }
  }
  return {
    ...Object.fromEntries(said),
    ...(fields !== undefined && { fields: readFields(fields) }),
  };
}

function readFields(fields: unknown): PrivacyRules['fields'] {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw invalid(
      `"fields" is an object, such as { "customer_name": "hash" }; received ${shown(fields)}`,
    );
  }
  const entries = Object.entries(fields as Record<string, unknown>);
  if (entries.length > PRIVACY_LIMITS.fields) {
    throw invalid(
      `"fields" names ${PRIVACY_LIMITS.fields} fields at most; received ${entries.length}`,
    );
  }
  const seen = new Map<string, string>();
  for (const [name, action] of entries) {
    const plain = fieldName(name);
    const where = `"fields" has ${shown(name)}`;
    if (plain === '' || name.length > PRIVACY_LIMITS.fieldLength) {
      throw invalid(
        `${where}: a field's name has 1 to ${PRIVACY_LIMITS.fieldLength} characters, and a letter or digit among them`,
      );
    }
    if (!PRIVACY_ACTIONS.some((each) => each === action)) {
      throw invalid(`${where} with ${shown(action)}: it is one of ${PRIVACY_ACTIONS.join(', ')}`);
    }
    const twin = seen.get(plain);
    if (twin !== undefined) {
      throw invalid(
        `${where} and ${shown(twin)}, which are one field: case, spaces and signs do not count`,
      );
    }
    seen.set(plain, name);
  }
  return Object.fromEntries(entries) as Record<string, PrivacyAction>;
}
