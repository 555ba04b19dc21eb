'use client';
export { PXProvider } from './px-provider.js';
export type { PXProviderProps } from './px-provider.js';
export type { ServedProps } from './client-provider.js';
export type { PxClient } from './px-client.js';
export { useIdentify, usePageView, usePX, useTrack } from './verbs.js';
export { useExperiment, useFlag, useFlagDetails } from './flag-hooks.js';
export { useFeedback } from './use-feedback.js';
export type { FeedbackForm, FeedbackStatus } from './use-feedback.js';
export type { Feedback } from './read-feedback.js';
export { Feature } from './feature.js';
export type { FeatureProps } from './feature.js';
export { Experiment, Variant } from './experiment.js';
export type { ExperimentProps, VariantProps } from './experiment.js';
export { TrackOnClick, TrackOnView, useTrackOnView } from './track-on.js';
export type { TrackOnProps, TrackOnViewProps } from './track-on.js';
export { createBindings } from './create-bindings.js';
export type { Bindings } from './bind.js';
export type {
  DeclaredTypes,
  EventKey,
  ExperimentKey,
  FlagKey,
  FlagValue,
  PropertiesOf,
  PxTypes,
  Unlisted,
  VariantKey,
} from '@px-platform/sdk-web';
export { PXErrorBoundary } from './px-error-boundary.js';
export type { PXErrorBoundaryProps } from './px-error-boundary.js';
