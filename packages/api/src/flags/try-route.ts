import { json, type RequestHandler } from 'express';
import { readIsoTime } from '@px-platform/protocol';
import { evaluate, type FlagProblem, type Verdict } from '@px-platform/protocol/flags';
import {
  checkDefinition,
  compile,
  FLAG_LIMITS,
  freshContext,
  isObject,
  type DefinitionFault,
  type DefinitionOf,
  type Definitions,
} from '@px-platform/protocol/definitions';
import { DEFAULT_ENVIRONMENT, type FlagCatalog } from '@px-platform/store';
import { invalid } from '../errors.js';
import { scopeOf } from '../grant.js';
import { bodyOf, refuseOthers, shown } from '../json-body.js';
import { DEFINITION_NOUNS } from './definition-routes.js';
import { refusal } from './outcome.js';

export interface TryRoute {
  readonly readBody: RequestHandler;
  readonly tryFlags: RequestHandler;
}

type Drafts = Readonly<Record<string, readonly unknown[]>>;

/** Says what somebody with these attributes would get, and why; also of definitions that nobody has stored yet. */
export function tryRoute({
  flags,
  clock,
}: {
  readonly flags: FlagCatalog;
  readonly clock: () => number;
}): TryRoute {
  return {
    readBody: json({ limit: FLAG_LIMITS.definitionLength * 8 }),
    async tryFlags(request, response) {
      const scope = scopeOf(request, response);
      const { attributes, environment, now, url, drafts } = readTry(bodyOf(request), clock());
      const states = await flags.environments(scope);
      const names = states.map(({ name }) => name);
      if (!names.includes(environment))
        throw invalid(
          `there is no environment ${shown(environment)}. There are ${names.join(', ')}`,
        );
      const definitions = withDrafts(await flags.definitions(scope), drafts, names);
      const document = compile({ ...definitions, environment, revision: 0 });
      const problems: FlagProblem[] = [];
      const verdicts: Record<string, Verdict> = {};
      const context = freshContext(attributes, {
        now,
        ...(url !== undefined && { url }),
        onProblem: (problem) => problems.push(problem),
      });
      for (const key of Object.keys(document.features))
        verdicts[key] = evaluate(document, key, context);
      const revision = states.find(({ name }) => name === environment)?.revision ?? 0;
      response.json({ environment, revision, flags: verdicts, problems });
    },
  };
}

function readTry(
  {
    attributes = {},
    environment,
    at,
    url,
    definitions = {},
    ...others
  }: Readonly<Record<string, unknown>>,
  now: number,
) {
  refuseOthers(others, ['attributes', 'environment', 'at', 'url', 'definitions']);
  if (!isObject(attributes))
    throw invalid(`"attributes" is an object; received ${shown(attributes)}`);
  if (environment !== undefined && typeof environment !== 'string')
    throw invalid(`"environment" is a name; received ${shown(environment)}`);
  if (url !== undefined && typeof url !== 'string')
    throw invalid(`"url" is an address; received ${shown(url)}`);
  const time = typeof at === 'string' ? readIsoTime(at) : null;
  if (at !== undefined && !time)
    throw invalid(`"at" is a time such as "2026-03-01T00:00:00Z"; received ${shown(at)}`);
  return {
    attributes,
    environment: environment ?? DEFAULT_ENVIRONMENT,
    now: time?.epochMs ?? now,
    url,
    drafts: readDrafts(definitions),
  };
}

function readDrafts(definitions: unknown): Drafts {
  const plurals = DEFINITION_NOUNS.map(({ plural }) => plural);
  if (!isObject(definitions))
    throw invalid(`"definitions" is an object; received ${shown(definitions)}`);
  for (const [plural, list] of Object.entries(definitions)) {
    if (!plurals.includes(plural) || !Array.isArray(list))
      throw invalid(`"definitions" has lists by ${plurals.join(', ')}; received ${shown(plural)}`);
  }
  return definitions as Drafts;
}

/** Drafts stand in the place of what has their key; each is checked beside all the others. */
function withDrafts(
  stored: Definitions,
  drafts: Drafts,
  environments: readonly string[],
): Definitions {
  const merged: Definitions = {
    flags: merge(stored.flags, drafts['flags']),
    experiments: merge(stored.experiments, drafts['experiments']),
    segments: merge(stored.segments, drafts['segments']),
    groups: merge(stored.groups, drafts['groups']),
  };
  const faults: DefinitionFault[] = DEFINITION_NOUNS.flatMap(({ kind, plural }) =>
    (drafts[plural] ?? []).flatMap((definition, index) =>
      checkDefinition({ kind, definition }, { ...merged, environments }).map(
        ({ path, message }) => ({
          path: `definitions.${plural}[${index}]${path && `.${path}`}`,
          message,
        }),
      ),
    ),
  );
  if (faults.length === 0) return merged;
  throw refusal('invalid_definition', faults, 'definitions');
}

/** What is no definition at all is left to the check, which says so. */
function merge<T extends DefinitionOf[keyof DefinitionOf]>(
  stored: readonly T[],
  drafts: readonly unknown[] = [],
): readonly T[] {
  const isShaped = (draft: unknown): draft is T =>
    isObject(draft) && typeof draft['key'] === 'string';
  const shaped = drafts.filter(isShaped);
  const keys = new Set(shaped.map(({ key }) => key));
  return [...stored.filter(({ key }) => !keys.has(key)), ...shaped];
}
