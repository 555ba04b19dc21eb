export { createCollector } from './collector.js';
export type { CollectorDeps } from './collector.js';
export { healthRoutes } from './health-routes.js';
export type { HealthRoutesDeps } from './health-routes.js';
export { createJudge } from './judge.js';
export type { Judge, JudgeContext, Judgement } from './judge.js';
export { batchSkew, fixTime } from './clock.js';
export { RequestError } from './errors.js';
