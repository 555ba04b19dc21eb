import type { DefinitionKind, RuleDefinition } from './definition.js';
import {
  GROUP_OPERATORS,
  names,
  rulesOf,
  SEGMENT_OPERATORS,
  type Definitions,
} from './definition-parts.js';

/** Something that needs a definition to be there. */
export interface DefinitionUse {
  readonly kind: 'flag' | 'experiment' | 'segment';
  readonly key: string;
  /** What the used one is to it. */
  readonly as: 'required' | 'run' | 'holdout' | 'named';
  /** Of a flag: the rule. */
  readonly rule?: {
    readonly id: string;
    readonly environment: string;
    /** From 0. */
    readonly index: number;
    readonly path: string;
  };
}

/** Everything that names a definition, a flag once for each of its rules. A kind that nobody can name has no uses. */
export function usesOf(
  { kind, key }: { readonly kind: DefinitionKind; readonly key: string },
  { flags, experiments, segments }: Definitions,
): readonly DefinitionUse[] {
  const rules = (as: DefinitionUse['as'], isUse: (rule: RuleDefinition) => boolean) =>
    flags
      .filter((flag) => kind !== 'flag' || flag.key !== key)
      .flatMap((flag) =>
        rulesOf(flag)
          .filter(({ rule }) => isUse(rule))
          .map(({ rule: { id }, environment, index, path }): DefinitionUse => {
            const rule = { id, environment, index, path };
            return { kind: 'flag', key: flag.key, as, rule };
          }),
      );
  const conditions = (operators: readonly string[]) =>
    segments
      .filter((other) => !(kind === 'segment' && other.key === key))
      .filter(({ condition }) => names(condition, operators, key))
      .map((other): DefinitionUse => ({ kind: 'segment', key: other.key, as: 'named' }));

  switch (kind) {
    case 'flag':
      return rules('required', ({ requires = [] }) => requires.some(({ flag }) => flag === key));
    case 'experiment':
      return [
        ...rules('run', ({ experiment }) => experiment === key),
        ...experiments
          .filter(({ holdout }) => holdout === key)
          .map((other): DefinitionUse => ({ kind, key: other.key, as: 'holdout' })),
      ];
    case 'segment':
      return [
        ...rules(
          'named',
          ({ segments: named = {}, condition }) =>
            Object.values(named).flat().includes(key) || names(condition, SEGMENT_OPERATORS, key),
        ),
        ...conditions(SEGMENT_OPERATORS),
      ];
    case 'group':
      return [
        ...rules('named', ({ condition }) => names(condition, GROUP_OPERATORS, key)),
        ...conditions(GROUP_OPERATORS),
      ];
  }
}
