'use client';
import type {
  EventKey,
  ExperimentKey,
  FlagKey,
  FlagVerbs,
  PxTypes,
  Track,
} from '@px-platform/sdk-web';
import type { ReactNode } from 'react';
import { Experiment, Variant, type ExperimentProps, type VariantProps } from './experiment.js';
import { Feature, type FeatureProps } from './feature.js';
import { useExperiment, useFlag, useFlagDetails } from './flag-hooks.js';
import type { PxClient } from './px-client.js';
import type { PXProviderProps } from './px-provider.js';
import { TrackOnClick, TrackOnView, type TrackOnProps, type TrackOnViewProps } from './track-on.js';
import { usePX, useTrack } from './verbs.js';

/** The hooks and components that types say something of. */
export interface Bindings<T extends PxTypes, Provided = PXProviderProps<T>> {
  readonly PXProvider: (props: Provided) => ReactNode;
  readonly usePX: () => PxClient<T>;
  readonly useTrack: () => Track<T>;
  readonly useFlag: FlagVerbs<T>['getFlag'];
  readonly useFlagDetails: FlagVerbs<T>['getFlagDetails'];
  readonly useExperiment: FlagVerbs<T>['getExperiment'];
  readonly Feature: <K extends FlagKey<T>>(props: FeatureProps<K, T>) => ReactNode;
  readonly Experiment: <K extends ExperimentKey<T>>(props: ExperimentProps<K, T>) => ReactNode;
  readonly Variant: <K extends ExperimentKey<T> = never>(props: VariantProps<K, T>) => ReactNode;
  readonly TrackOnView: <K extends EventKey<T>>(props: TrackOnViewProps<K, T>) => ReactNode;
  readonly TrackOnClick: <K extends EventKey<T>>(props: TrackOnProps<K, T>) => ReactNode;
}

/** The same hooks and components, and a provider, held to types of your own. */
export const bind = <T extends PxTypes, Provided = PXProviderProps<T>>(
  PXProvider: unknown,
): Bindings<T, Provided> =>
  // They are what they are: the types alone are others.
  ({
    PXProvider,
    usePX,
    useTrack,
    useFlag,
    useFlagDetails,
    useExperiment,
    Feature,
    Experiment,
    Variant,
    TrackOnView,
    TrackOnClick,
  }) satisfies Record<keyof Bindings<T>, unknown> as unknown as Bindings<T, Provided>;
