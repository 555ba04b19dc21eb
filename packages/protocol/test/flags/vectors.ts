import { readFileSync } from 'node:fs';
import type * as Flags from '../../src/flags/index.js';
import type {
  Condition,
  FlagContext,
  FlagDocument,
  FlagProblem,
  UrlPattern,
  Verdict,
} from '../../src/flags/index.js';

interface Vector {
  readonly title: string;
  /** The fault that this one finds. */
  readonly kills?: string;
}
interface HashVector extends Partial<Vector> {
  readonly seed: string;
  readonly value: string;
  readonly version: number;
  readonly bucket: number | null;
}
export interface ConditionVector extends Vector {
  readonly condition: Condition;
  readonly attributes: FlagContext['attributes'];
  readonly groups?: NonNullable<FlagDocument['savedGroups']>;
  readonly segments?: Readonly<Record<string, Condition>>;
  readonly now?: number;
  /** It is ours, and GrowthBook knows nothing of it. */
  readonly px?: boolean;
  readonly expect: boolean;
}
interface UrlVector extends Vector {
  readonly patterns: readonly UrlPattern[];
  readonly url: string;
  readonly expect: boolean;
}
interface PayloadVector extends Vector {
  readonly text: string;
  readonly key: string;
  readonly plain: string | null;
}
/** Variants by attribute, value and assignment. */
type Remembered = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>
>;
interface VerdictVector extends Vector {
  readonly document: FlagDocument;
  readonly flag?: string;
  readonly experiment?: string;
  readonly context: Omit<FlagContext, 'sticky' | 'onProblem'> & { readonly sticky?: Remembered };
  readonly expect: Partial<Verdict> & {
    readonly problems?: readonly Omit<FlagProblem, 'flag'>[];
    readonly sticky?: Remembered;
  };
}

export const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/flags.json', import.meta.url), 'utf8'),
) as {
  readonly hashes: readonly HashVector[];
  readonly conditions: readonly ConditionVector[];
  readonly urls: readonly UrlVector[];
  readonly payloads: readonly PayloadVector[];
  readonly verdicts: readonly VerdictVector[];
};

/** A vector, what an evaluator said, and what it should have. */
export interface Answer {
  readonly title: string;
  readonly kills: string | undefined;
  readonly received: unknown;
  readonly expected: unknown;
}

export const documentOf = ({ condition, groups, segments }: ConditionVector): FlagDocument => ({
  features: { f: { rules: [{ condition, force: true }] } },
  ...(groups && { savedGroups: groups }),
  ...(segments && { px: { revision: 1, environment: 'production', segments } }),
});

/** What an evaluator makes of all vectors. */
export const answers = (flags: typeof Flags): Answer[] => [
  ...vectors.hashes.map(({ seed, value, version, bucket, kills }) => ({
    title: `hash ${version} of ${JSON.stringify(value)} with ${JSON.stringify(seed)}`,
    kills,
    received: flags.bucketOf(seed, value, version),
    expected: bucket,
  })),
  ...vectors.conditions.map((vector) => {
    const { attributes, now, title, kills, expect } = vector;
    const problems: FlagProblem[] = [];
    const { value } = flags.evaluate(documentOf(vector), 'f', {
      attributes,
      ...(now !== undefined && { now }),
      onProblem: (problem) => problems.push(problem),
    });
    return { title, kills, received: [value === true, problems], expected: [expect, []] };
  }),
  ...vectors.urls.map(({ title, kills, patterns, url, expect }) => ({
    title,
    kills,
    received: flags.isAtUrl(patterns, url),
    expected: expect,
  })),
  ...vectors.verdicts.map((vector) => ({
    title: vector.title,
    kills: vector.kills,
    ...verdictOn(flags, vector),
  })),
];

const verdictOn = (
  flags: typeof Flags,
  { document, flag, experiment, context, expect }: VerdictVector,
) => {
  const { sticky, ...rest } = context;
  const kept: Record<string, Record<string, Record<string, string>>> = structuredClone({
    ...sticky,
  });
  const problems: FlagProblem[] = [];
  const whole: FlagContext = {
    ...rest,
    onProblem: (problem) => problems.push(problem),
    ...(sticky && {
      sticky: {
        read: (attribute, value) => kept[attribute]?.[value],
        write: (attribute, value, assignment, variant) => {
          ((kept[attribute] ??= {})[value] ??= {})[assignment] = variant;
        },
      },
    }),
  };
  const verdict =
    experiment === undefined
      ? flags.evaluate(document, flag ?? '', whole)
      : flags.evaluateExperiment(document, experiment, whole);
  return {
    received: {
      ...verdict,
      problems: problems.map(({ flag: _, ...problem }) => problem),
      ...(sticky && { sticky: kept }),
    },
    expected: {
      variant: null,
      ruleId: null,
      experiment: null,
      inExperiment: false,
      bucket: null,
      exposures: [],
      problems: [],
      ...expect,
    },
  };
};
