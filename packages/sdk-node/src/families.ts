export { authEvents } from './families/auth.js';
export type { AuthEvents } from './families/auth.js';
export { billingEvents, toMinorUnits } from './families/billing.js';
export type { BillingEvents, Money, Plan } from './families/billing.js';
export { jobEvents } from './families/jobs.js';
export type { JobDetails, JobRunner } from './families/jobs.js';
export { systemEvents } from './families/system.js';
export type { SystemEvents } from './families/system.js';
export type { FamilyHost, FamilyVerb } from './families/family.js';
