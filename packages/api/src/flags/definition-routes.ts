import { json, type Request, type RequestHandler, type Response } from 'express';
import type { DefinitionKind } from '@px-platform/protocol/flags';
import { DEFINITION_LISTS, FLAG_LIMITS } from '@px-platform/protocol/definitions';
import type { ChangeOutcome, FlagCatalog, FlagScope, StoredDefinition } from '@px-platform/store';
import { invalid } from '../errors.js';
import { grantOf, scopeOf } from '../grant.js';
import { bodyOf, refuseOthers, shown } from '../json-body.js';
import { noSuch, requireStored, type Changed } from './outcome.js';
import { toStored, toVersion } from './to-answer.js';

/** What one kind of definition is called in addresses and answers. */
export interface DefinitionNoun {
  readonly kind: DefinitionKind;
  /** `flags`: below `/v1/`, and the member of a list's answer. */
  readonly plural: string;
}

/** THE nouns of what people write about flags; each gets the same routes. */
export const DEFINITION_NOUNS: readonly DefinitionNoun[] = [
  { kind: 'flag', plural: DEFINITION_LISTS.flag },
  { kind: 'experiment', plural: DEFINITION_LISTS.experiment },
  { kind: 'segment', plural: DEFINITION_LISTS.segment },
  { kind: 'group', plural: DEFINITION_LISTS.group },
];

/** A handler for each route of one kind, to be listed by the one router. */
export interface DefinitionRoutes {
  readonly readBody: RequestHandler;
  readonly list: RequestHandler;
  readonly get: RequestHandler;
  readonly put: RequestHandler;
  readonly versions: RequestHandler;
  readonly archive: RequestHandler;
  readonly restore: RequestHandler;
}

/** As a definition is sent: with what stands around it, and its characters as bytes. */
const bodyBytes = (kind: DefinitionKind) => {
  const { definitionLength, groupValues, groupValueLength } = FLAG_LIMITS;
  return 4 * (definitionLength + (kind === 'group' ? groupValues * groupValueLength : 0));
};

export function definitionRoutes(
  { kind, plural }: DefinitionNoun,
  { flags }: { readonly flags: FlagCatalog },
): DefinitionRoutes {
  const found = (scope: FlagScope, key: string) => findStored(flags, scope, { kind, key });
  const change =
    (
      run: (request: Request, response: Response) => Promise<ChangeOutcome>,
      refusedAs?: 'in_use',
    ): RequestHandler =>
    async (request, response) => {
      const done = await run(request, response);
      const asked = { kind, key: keyOf(request), ...(refusedAs && { refusedAs }) };
      response.json(await answerOf(flags, scopeOf(request, response), { done, ...asked }));
    };

  return {
    readBody: json({ limit: bodyBytes(kind) }),
    async list(request, response) {
      const stored = await flags.list(scopeOf(request, response), kind);
      const isAsked = request.query['archived'] === 'true';
      const shownOnes = isAsked ? stored : stored.filter((each) => each.archived_at === null);
      response.json({ [plural]: shownOnes.map(toStored) });
    },
    async get(request, response) {
      response.json(toStored(await found(scopeOf(request, response), keyOf(request))));
    },
    async versions(request, response) {
      const key = keyOf(request);
      const versions = await flags.versions(scopeOf(request, response), kind, key);
      if (versions.length === 0) throw noSuch(kind, key);
      response.json({ key, versions: versions.map(toVersion) });
    },
    put: change(async (request, response) => {
      const scope = scopeOf(request, response);
      const key = keyOf(request);
      const { definition, basedOn, comment } = readPut(request);
      const base = basedOn ?? (await flags.find(scope, kind, key))?.version ?? 0;
      const put = { kind, key, definition, basedOn: base, by: grantOf(response).by };
      return flags.put(scope, { ...put, ...(comment !== undefined && { comment }) });
    }),
    archive: change(
      (request, response) =>
        flags.archive(scopeOf(request, response), {
          kind,
          key: keyOf(request),
          by: grantOf(response).by,
        }),
      'in_use',
    ),
    restore: change((request, response) =>
      flags.restore(scopeOf(request, response), {
        kind,
        key: keyOf(request),
        by: grantOf(response).by,
      }),
    ),
  };
}

/** The one that counts; refuses where there is none. */
export async function findStored<Kind extends DefinitionKind>(
  flags: Pick<FlagCatalog, 'find'>,
  scope: FlagScope,
  { kind, key }: { readonly kind: Kind; readonly key: string },
): Promise<StoredDefinition<Kind>> {
  const stored = await flags.find(scope, kind, key);
  if (!stored) throw noSuch(kind, key);
  return stored;
}

/** What is answered to a change: what counts now, and what was published. Refuses where nothing was changed. */
export async function answerOf(
  flags: Pick<FlagCatalog, 'find'>,
  scope: FlagScope,
  { done, ...asked }: Changed & { readonly done: ChangeOutcome },
): Promise<object> {
  const { published } = requireStored(done, asked);
  return { ...toStored(await findStored(flags, scope, asked)), published };
}

export function keyOf({ params }: Request): string {
  return String(params['key']);
}

/** The version that a change was made from, and what is said of it. */
export function readChange({ based_on: basedOn, comment }: Readonly<Record<string, unknown>>): {
  readonly basedOn?: number;
  readonly comment?: string;
} {
  if (basedOn !== undefined && !(Number.isSafeInteger(basedOn) && Number(basedOn) >= 0))
    throw invalid(`"based_on" is the number of a version, 0 for none; received ${shown(basedOn)}`);
  if (
    comment !== undefined &&
    (typeof comment !== 'string' || comment.length > FLAG_LIMITS.textLength)
  )
    throw invalid(`"comment" is a text of at most ${FLAG_LIMITS.textLength} characters`);
  return {
    ...(typeof basedOn === 'number' && { basedOn }),
    ...(comment !== undefined && { comment }),
  };
}

function readPut(request: Request) {
  const { definition, ...rest } = bodyOf(request);
  const { based_on: _basedOn, comment: _comment, ...others } = rest;
  refuseOthers(others, ['definition', 'based_on', 'comment']);
  if (definition === undefined) throw invalid('"definition" is missing');
  return { definition, ...readChange(rest) };
}
