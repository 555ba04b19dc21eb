import { canonicalProperties } from '../canonical-properties.js';
import type { Step } from './step.js';

const TRACE_ID = /^[\da-f]{32}$/;

/**
 * Properties in the one form that every engine stores: no event can poison its batch. The trace that an event happened in
 * is kept with them: it is looked up one at a time, which needs no column.
 */
export const propertiesStep: Step = {
  name: 'properties',
  enrich({ event }) {
    const { properties = {}, context } = event;
    const trace: unknown = context?.trace_id;
    const isTold = typeof trace === 'string' && TRACE_ID.test(trace) && !('trace_id' in properties);
    return {
      properties: canonicalProperties(isTold ? { ...properties, trace_id: trace } : properties),
    };
  },
};
