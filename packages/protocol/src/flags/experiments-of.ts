import type { FeatureRule, FlagDocument, StandaloneExperiment } from './document.js';
import { isObject, own } from './own.js';

/** Where an experiment is run. */
export type ExperimentPlace =
  | { readonly flag: string; readonly rule: FeatureRule }
  | { readonly flag: null; readonly rule: StandaloneExperiment };

const indexes = new WeakMap<object, ReadonlyMap<string, ExperimentPlace>>();

/** A document's experiments by their key, read once: the first rule that runs it, else the one without a flag. */
export const experimentsOf = (document: FlagDocument): ReadonlyMap<string, ExperimentPlace> => {
  const known = indexes.get(document);
  if (known) return known;
  const places = new Map<string, ExperimentPlace>();
  if (!isObject(document)) return places;
  const add = (key: unknown, place: ExperimentPlace) => {
    if (typeof key === 'string' && !places.has(key)) places.set(key, place);
  };
  for (const [flag, feature] of Object.entries(recordOf(document.features)))
    for (const rule of listOf(own(feature, 'rules')))
      if (isExperiment(rule)) add(rule.key ?? flag, { flag, rule });
  for (const rule of listOf(document.experiments))
    if (hasVariations(rule)) add(rule.key, { flag: null, rule: rule as StandaloneExperiment });
  indexes.set(document, places);
  return places;
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const recordOf = (value: unknown) => (isObject(value) ? value : {});

const hasVariations = (rule: unknown): rule is FeatureRule =>
  Array.isArray(own(rule, 'variations'));

const isExperiment = (rule: unknown): rule is FeatureRule =>
  hasVariations(rule) && rule.force === undefined && !rule.px?.isRollout;
