import { createStages } from './stages.mjs';

const { createSteps, openGeo, startProcessor } = await import(
  new URL('../../packages/processor/dist/index.js', import.meta.url)
);

/** A processor on these stores that is handed its batches: no Kafka, and `events_enriched` goes nowhere. */
export async function openProcessor(stores, { log }) {
  const stages = createStages();
  const geo = await openGeo({ log });
  let handle;
  const stop = await startProcessor({
    ...staged(stores, stages),
    eventLog: {
      async consume(topic, handler) {
        if (topic === 'events_raw') handle = handler;
        return async () => {};
      },
      append: stages.around(async () => {}, { before: 'rest', name: 'enriched topic' }),
      lag: async () => [],
    },
    log,
    geo,
    steps: stagedSteps(createSteps({ geo }), stages),
  });
  return {
    stages,
    /** One batch at a time: whoever has several at once cannot tell stages apart. */
    async process(events) {
      await handle(events.map((value) => ({ key: '', value })));
    },
    async close() {
      await stop();
      geo.close();
    },
  };
}

/** The stores' calls, each counted for its stage. */
function staged({ eventStore, profiles, ...others }, { around }) {
  const sessions = { before: 'rest', name: 'sessions' };
  return {
    ...others,
    eventStore: {
      ...eventStore,
      insertEvents: around(eventStore.insertEvents, { before: 'rows made', name: 'rows insert' }),
      insertLinks: around(eventStore.insertLinks, { before: 'rest', name: 'links' }),
      sessionlessEvents: around(eventStore.sessionlessEvents, sessions),
      derivedSessions: around(eventStore.derivedSessions, { ...sessions, before: 'sessions' }),
      writeSessions: around(eventStore.writeSessions, { ...sessions, before: 'sessions' }),
    },
    profiles: {
      ...profiles,
      see: around(profiles.see, { before: 'people', name: 'people' }),
      applyTraits: around(profiles.applyTraits, { before: 'rest', name: 'traits' }),
      applyGroupTraits: around(profiles.applyGroupTraits, { before: 'rest', name: 'traits' }),
    },
  };
}

/** Between the last step of an event and the first of the next, the first is masked; before the first of all, the batch is read. */
function stagedSteps(steps, { glance, isBegun }) {
  const [first, last] = [steps[0], steps.at(-1)];
  const seen = (step) => ({
    name: step.name,
    enrich(event) {
      if (step === first) {
        glance(isBegun() ? 'masking' : 'reading');
      }
      const found = step.enrich(event);
      if (step === last) glance('steps');
      return found;
    },
  });
  return steps.map((step) => (step === first || step === last ? seen(step) : step));
}
