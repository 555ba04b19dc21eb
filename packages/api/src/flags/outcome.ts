import type { DefinitionKind } from '@px-platform/protocol/flags';
import { FLAG_LIMITS, type DefinitionFault } from '@px-platform/protocol/definitions';
import type { ChangeOutcome } from '@px-platform/store';
import { ApiError, invalid, noSuchProject } from '../errors.js';

/** Which definition was to be changed. */
export interface Changed {
  readonly kind: DefinitionKind;
  readonly key: string;
  /** What it is called that it cannot be. @default 'invalid_definition' */
  readonly refusedAs?: 'invalid_definition' | 'in_use';
}

/** What came of a change that was made; refuses what was not. */
export function requireStored(
  done: ChangeOutcome,
  { kind, key, refusedAs = 'invalid_definition' }: Changed,
): Extract<ChangeOutcome, { readonly outcome: 'stored' }> {
  switch (done.outcome) {
    case 'stored':
      return done;
    case 'stale':
      throw new ApiError(
        'stale_version',
        done.version === 0
          ? `there is no ${kind} ${JSON.stringify(key)} yet: send "based_on": 0, or leave it out.`
          : `the ${kind} was changed since: version ${done.version} counts now. Look at it, and send again.`,
        { details: { version: done.version } },
      );
    case 'invalid':
      throw refusal(refusedAs, done.faults, `the ${kind}`);
    case 'full':
      throw invalid(`a project has ${FLAG_LIMITS.definitions} of each kind at most`);
    case 'missing':
      throw noSuch(kind, key);
    case 'no_project':
      throw noSuchProject();
  }
}

/** What keeps a definition out, in a sentence and by path. `whole` names it where the fault is nowhere in particular. */
export function refusal(
  code: 'invalid_definition' | 'in_use',
  faults: readonly DefinitionFault[],
  whole: string,
): ApiError {
  const said = faults.slice(0, 5).map(({ path, message }) => `${path || whole}: ${message}`);
  return new ApiError(code, `${said.join('; ')}.`, { details: { faults } });
}

export function noSuch(kind: DefinitionKind, key: string): ApiError {
  return new ApiError('not_found', `there is no ${kind} ${JSON.stringify(key.slice(0, 100))}.`);
}
