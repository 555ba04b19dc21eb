import type { JsonObject, JsonValue } from '../json.js';
import { readIsoTime } from '../iso-time.js';
import type { Condition, Feature, FeatureRule, FlagDocument } from './document.js';

/** A document that says the same to SDKs which pass over `px`, as far as that can be said to them. */
export interface PlainDocument {
  readonly document: Omit<FlagDocument, 'px'>;
  /** Rules that would mean something else to such an SDK, and so are not in it. */
  readonly leftOut: readonly LeftOutRule[];
  /** Epoch milliseconds at which a schedule begins or ends: the document is another then. Null: never. */
  readonly validUntil: number | null;
}

export interface LeftOutRule {
  readonly flag: string;
  readonly ruleId: string | null;
  readonly reason: string;
}

/** Ours among the operators: an SDK that does not know them takes the condition for one that fails. */
const OUR_OPERATORS: ReadonlySet<string> = new Set(['$before', '$after']);

/**
 * The document for SDKs of GrowthBook. Schedules are resolved for the moment, segments that are conditions are written
 * into the rules that name them, and splits become forced values with a range each, so that they are no experiments.
 */
export function forGrowthBook(
  { features, savedGroups, dateUpdated, px }: FlagDocument,
  { now }: { readonly now: number },
): PlainDocument {
  const leftOut: LeftOutRule[] = [];
  let validUntil: number | null = null;
  const plain: Record<string, Feature> = {};
  for (const [flag, { defaultValue = null, rules = [] }] of Object.entries(features)) {
    const kept: FeatureRule[] = [];
    for (const rule of rules) {
      const schedule = scheduleOf(rule, now);
      if (schedule.changesAt !== null)
        validUntil = Math.min(validUntil ?? Infinity, schedule.changesAt);
      if (!schedule.isNow) continue;
      const { condition, reason } = conditionOf(rule, px?.segments ?? {});
      if (reason === null) kept.push(...rulesOf(rule, condition));
      else leftOut.push({ flag, ruleId: rule.id ?? null, reason });
    }
    plain[flag] = { defaultValue, ...(kept.length > 0 && { rules: kept }) };
  }
  return {
    document: {
      features: plain,
      ...(savedGroups && { savedGroups }),
      ...(dateUpdated !== undefined && { dateUpdated }),
    },
    leftOut,
    validUntil,
  };
}

function scheduleOf({ px }: FeatureRule, now: number) {
  const at = (text: string | undefined) =>
    text === undefined ? null : (readIsoTime(text)?.epochMs ?? null);
  const from = at(px?.schedule?.from);
  const to = at(px?.schedule?.to);
  const changes = [from, to].filter((time) => time !== null && time > now) as number[];
  return {
    isNow: (from === null || from <= now) && (to === null || now < to),
    changesAt: changes.length === 0 ? null : Math.min(...changes),
  };
}

/** All that the rule asks of attributes, in one condition; or why that cannot be said. */
function conditionOf(
  { condition, px }: FeatureRule,
  segments: Readonly<Record<string, Condition>>,
): { readonly condition: Condition | null; readonly reason: string | null } {
  const { all = [], any = [], none = [] } = px?.segments ?? {};
  const computed = [...all, ...any, ...none].find((name) => !Object.hasOwn(segments, name));
  if (computed !== undefined)
    return { condition: null, reason: `the segment ${computed} is computed by the backend` };
  const of = (names: readonly string[]) => names.map((name) => segments[name] ?? {});
  const parts: Condition[] = [
    ...(condition ? [condition] : []),
    ...of(all),
    ...(any.length > 0 ? [{ $or: of(any) }] : []),
    ...(none.length > 0 ? [{ $nor: of(none) }] : []),
  ];
  const ours = operatorsOf(parts).find((key) => OUR_OPERATORS.has(key));
  if (ours !== undefined)
    return { condition: null, reason: `${ours} is no operator of GrowthBook` };
  const [only = null, ...others] = parts;
  return { condition: others.length > 0 ? { $and: parts } : only, reason: null };
}

function operatorsOf(value: JsonValue): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each: JsonValue) => operatorsOf(each));
  return Object.entries(value as JsonObject).flatMap(([key, child]) => [
    key,
    ...operatorsOf(child),
  ]);
}

function rulesOf(rule: FeatureRule, condition: Condition | null): FeatureRule[] {
  const { condition: _own, px, ...rest } = rule;
  const plain: FeatureRule = { ...rest, ...(condition && { condition }) };
  if (px?.isRollout !== true) return [plain];
  const { variations = [], ranges = [], key: _key, meta: _meta, weights: _w, ...shared } = plain;
  return variations.flatMap((force, index) => {
    const range = ranges[index];
    return range ? [{ ...shared, force, range }] : [];
  });
}
