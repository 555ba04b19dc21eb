import type { DefinitionKind } from '@px-platform/protocol/flags';
import { FLAG_LIMITS, type DefinitionFault } from '@px-platform/protocol/definitions';
import type { ChangeOutcome } from '@px-platform/store';
import { ApiError, invalid } from '../errors.js';

/** What came of a change that was made; refuses what was not. */
export function requireStored(
  done: ChangeOutcome,
  {
    kind,
    key,
    refusedAs = 'invalid_definition',
  }: {
    readonly kind: DefinitionKind;
    readonly key: string;
    readonly refusedAs?: 'invalid_definition' | 'in_use';
  },
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
      throw refusal(refusedAs, kind, done.faults);
    case 'full':
      throw invalid(`a project has ${FLAG_LIMITS.definitions} of each kind at most`);
    case 'missing':
      throw noSuch(kind, key);
    case 'no_project':
      throw new ApiError('not_found', 'there is no such project any more.');
  }
}

function refusal(
  code: 'invalid_definition' | 'in_use',
  kind: DefinitionKind,
  faults: readonly DefinitionFault[],
): ApiError {
  const list = faults
    .slice(0, 5)
    .map(({ path, message }) => `${path || `the ${kind}`}: ${message}`)
    .join('; ');
  return new ApiError(code, `${list}.`, { details: { faults } });
}

export function noSuch(kind: DefinitionKind, key: string): ApiError {
  return new ApiError('not_found', `there is no ${kind} ${JSON.stringify(key.slice(0, 100))}.`);
}
