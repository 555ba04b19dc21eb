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
  const named = (names: readonly string[]) => names.map((name) => ({ $inSegment: name }));
  const parts: Condition[] = [
    ...(condition ? [condition] : []),
    ...named(all),
    ...(any.length > 0 ? [{ $or: named(any) }] : []),
    ...(none.length > 0 ? [{ $nor: named(none) }] : []),
  ];
  try {
    const [only = null, ...others] = parts.map(
      (part) => spelledOut(part, segments, 0) as Condition,
    );
    return { condition: others.length > 0 ? { $and: [only, ...others] } : only, reason: null };
  } catch (error) {
    if (error instanceof Unspeakable) return { condition: null, reason: error.message };
    throw error;
  }
}

class Unspeakable extends Error {}

/** Deeper than checked segments can be nested. */
const MOST_LEVELS = 100;

/** The same without what is ours: segments become their conditions. */
function spelledOut(
  value: JsonValue,
  segments: Readonly<Record<string, Condition>>,
  level: number,
): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (level > MOST_LEVELS) throw new Unspeakable('it is nested too deeply');
  if (Array.isArray(value))
    return value.map((each: JsonValue) => spelledOut(each, segments, level + 1));
  const { $inSegment: name, ...rest } = value as JsonObject;
  const ours = Object.keys(rest).find((key) => OUR_OPERATORS.has(key));
  if (ours !== undefined) throw new Unspeakable(`${ours} is no operator of GrowthBook`);
  const spelled = Object.fromEntries(
    Object.entries(rest).map(([key, child]) => [key, spelledOut(child, segments, level + 1)]),
  );
  if (typeof name !== 'string') return spelled;
  const condition = Object.hasOwn(segments, name) ? segments[name] : undefined;
  if (condition === undefined) throw new Unspeakable(`the backend computes segment ${name}`);
  const inlined = spelledOut(condition, segments, level + 1);
  return Object.keys(spelled).length === 0 ? inlined : { $and: [inlined, spelled] };
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
