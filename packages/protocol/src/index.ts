export type { JsonObject, JsonValue } from './json.js';
export { readIsoTime } from './iso-time.js';
export type { IsoTime } from './iso-time.js';
export type {
  Batch,
  BatchResult,
  DeviceContext,
  ErrorAnswer,
  CampaignContext,
  EventContext,
  EventResult,
  EventStatus,
  PageContext,
  PxEvent,
  SdkInfo,
  ServerContext,
  WireEvent,
} from './event.js';
export { CONTROL_EVENTS, CONTROL_PREFIX, EVENT_NAMES, isControlEvent } from './names.js';
export type { ControlEvent, EventName } from './names.js';
export { CONSENT_PURPOSES, CONSENT_STATES, consentText } from './consent.js';
export type { ConsentChoice, ConsentPurpose, ConsentState } from './consent.js';
export { LIMITS } from './limits.js';
export { EVENT_CODES, REQUEST_CODES } from './codes.js';
export type { EventCode, RequestCode } from './codes.js';
export { PATHS, SCHEMA_VERSION, WIRE_VERSION } from './version.js';
export { attemptOf, deadBody } from './dead-body.js';
export { EMPTY_ENRICHMENT } from './enrichment.js';
export type { Enrichment } from './enrichment.js';
export type {
  AcceptedEvent,
  AggregatedMinute,
  ClockSource,
  CriticalEntry,
  DeadEvent,
  EnrichedEvent,
  LiveEvent,
  StepReport,
  Topic,
  TopicRecords,
} from './stages.js';
export { PLAN_FORMATS, PLAN_LIMITS, PLAN_MODES, UNPLANNED_POLICIES } from './plan.js';
export type {
  PlanFault,
  PlanMode,
  PlannedEvent,
  PlanViolation,
  TrackingPlan,
  UnplannedPolicy,
} from './plan.js';
export { PLAN_KEYWORDS, schemaFaults } from './plan-schema.js';
export { isUuid } from './uuid.js';
export {
  decodeId,
  readRequestHeaders,
  readTraceId,
  REQUEST_HEADERS,
  writeRequestHeaders,
} from './request-headers.js';
export type { RequestClaim, RequestIds } from './request-headers.js';
export { cookiePrefix } from './cookies.js';
export { SERVICE_PREFIX } from './service.js';
export { breakingChanges, canonical } from './plan-changes.js';
export {
  completeRules,
  DEFAULT_PRIVACY_RULES,
  fieldName,
  IP_ACTIONS,
  PRIVACY_ACTIONS,
  PRIVACY_LIMITS,
} from './privacy.js';
export type { IpAction, PrivacyAction, PrivacyRules } from './privacy.js';
