export { createFlags } from './create-flags.js';
export type { ServerFlagReads, ServerFlags, ServerFlagsStatus } from './create-flags.js';
export type { FlagExposure } from './exposures.js';
export type { FlagsLog, FlagsOptions } from './options.js';
export type {
  Disposer,
  ExperimentDetails,
  FlagAttributes,
  FlagDetails,
  FlagReason,
} from '@px-platform/sdk-core';
