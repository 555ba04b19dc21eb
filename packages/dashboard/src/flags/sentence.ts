import type {
  Audience,
  DidDefinition,
  FlagDefinition,
  GroupDefinition,
  RuleDefinition,
  SegmentDefinition,
} from '@px-platform/protocol/flags';
import { timesOf } from '@px-platform/protocol/definitions';
import { formatCount, plural } from '../live/format.js';
import { type ConditionRow, readCondition, ROW_OPERATORS } from './condition-rows.js';

/** Whom a rule is for, in a line: "plan is pro, country is one of BR, PT". */
export function audienceSentence({
  condition = {},
  segments = {},
  schedule,
  requires = [],
}: Audience): string {
  const groups = readCondition(condition);
  const said = [
    groups === null
      ? 'a condition of its own'
      : groups.map((rows) => rows.map(rowSentence).join(', ')).join(' — or '),
    listed('in', segments.all, ' and '),
    listed('in', segments.any, ' or '),
    listed('not in', segments.none, ' or '),
    ...requires.map(({ flag, variants }) => `${flag} is ${variants.join(' or ')}`),
    schedule?.from && `from ${day(schedule.from)}`,
    schedule?.to && `until ${day(schedule.to)}`,
  ].filter((part) => part);
  return said.join(', ') || 'everybody';
}

/** What a rule's audience gets, in a line. */
export function servingSentence({ serve, split, experiment }: RuleDefinition): string {
  if (experiment !== undefined) return `experiment ${experiment}`;
  if (split) {
    const sum = split.reduce((total, { weight }) => total + weight, 0) || 1;
    return split.map(({ variant, weight }) => `${variant} ${percent(weight / sum)}`).join(' · ');
  }
  if (!serve) return 'nothing';
  return serve.percent === undefined || serve.percent >= 100
    ? serve.variant
    : `${serve.variant} for ${serve.percent} %`;
}

/** What a flag does in an environment, in a few words for a list. */
export function flagSentence(flag: FlagDefinition, environment: string): string {
  const { isOn, rules } = flag.environments[environment] ?? { isOn: false, rules: [] };
  if (!isOn) return `off: ${flag.off ?? flag.default}`;
  const [first] = rules;
  if (!first) return `${flag.default} for everybody`;
  const more = rules.length > 1 ? ` · ${rules.length} rules` : '';
  return `${servingSentence(first)}${more}`;
}

/** Who belongs to a segment, in a line: "purchase at least 2 times in 30 days, no ticket in 7 days". */
export function segmentSentence({ condition, did }: SegmentDefinition): string {
  return did ? did.map(deedSentence).join(', ') : audienceSentence(condition ? { condition } : {});
}

function deedSentence(deed: DidDefinition): string {
  const { atLeast, atMost } = timesOf(deed);
  const event = deed.event || '…';
  const within = deed.withinDays === 1 ? 'in a day' : `in ${formatCount(deed.withinDays)} days`;
  if (atMost === 0) return `no ${event} ${within}`;
  if (atMost === Infinity && atLeast === 1) return `${event} ${within}`;
  const often =
    atMost === Infinity
      ? `at least ${plural(atLeast, 'time')}`
      : atLeast === 0
        ? `at most ${plural(atMost, 'time')}`
        : atLeast === atMost
          ? `exactly ${plural(atLeast, 'time')}`
          : `${formatCount(atLeast)} to ${plural(atMost, 'time')}`;
  return `${event} ${often} ${within}`;
}

/** How many values a list has, and the first of them. */
export function groupSentence({ values }: GroupDefinition): string {
  if (values.length === 0) return 'empty';
  const some = values.slice(0, SHOWN_VALUES).join(', ');
  return `${plural(values.length, 'value')}: ${some}${values.length > SHOWN_VALUES ? ', …' : ''}`;
}

const SHOWN_VALUES = 5;

/** One comparison, in words. */
export function rowSentence({ attribute, operator, values }: ConditionRow): string {
  if (attribute === '$inSegment' && operator === 'is') return `in ${values.join()}`;
  return [attribute, ROW_OPERATORS[operator].label, values.join(', ')].join(' ').trim();
}

function listed(word: string, names: readonly string[] | undefined, join: string): string | false {
  return !!names?.length && `${word} ${names.join(join)}`;
}

const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;

const day = (time: string) => time.slice(0, 10);
