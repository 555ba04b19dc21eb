import type { CreateFeatures, Features } from './features.js';

/** Makes one of two: what the first makes of an event the second is handed, which has the last word. */
export const combineFeatures =
  <V extends object, W extends object>(
    createFirst: CreateFeatures<V>,
    createSecond: CreateFeatures<W>,
  ): CreateFeatures<V & W> =>
  (given) => {
    const onPersonChange = () => all.forEach((each) => each.onPersonChange?.());
    // Of a combination of combinations the outermost tells everybody.
    const context = { personChanged: onPersonChange, ...given };
    const first = createFirst(context);
    const second = createSecond(context);
    const all: readonly Features[] = [first, second];
    return {
      verbs: { ...first.verbs, ...second.verbs },
      describe: (said) => second.describe(first.describe(said)),
      finish: (event, details) => second.finish(first.finish(event, details), details),
      onPersonChange,
      reset: () => all.forEach((each) => each.reset()),
      dispose: () => all.forEach((each) => each.dispose?.()),
    };
  };
