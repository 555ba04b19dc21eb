import type { Analysis } from '../analysis.js';
import { eventCount } from './event-count.js';
import { exposures } from './exposures.js';
import { retention } from './retention.js';
import { sessions } from './sessions.js';
import { timeline } from './timeline.js';
import { trend } from './trend.js';

/** THE list of questions. The API serves each at `/v1/questions/<name>`. */
export const analyses: readonly Analysis[] = [
  eventCount,
  trend,
  retention,
  sessions,
  timeline,
  exposures,
];
