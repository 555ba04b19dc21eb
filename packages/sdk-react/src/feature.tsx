'use client';
import type { FlagAttributes, FlagVerbs } from '@px-platform/sdk-web';
import type { JsonValue } from '@px-platform/protocol';
import type { ReactNode } from 'react';
import { useFlag } from './flag-hooks.js';

/** A flag's key: of the project's map where there is one. */
export type FlagKey = Parameters<FlagVerbs['exposeFlag']>[0];

export interface FeatureProps {
  readonly flag: FlagKey;
  /** Which value turns it on. @default any that JavaScript takes for true */
  readonly is?: JsonValue;
  readonly context?: FlagAttributes | undefined;
  /** Shown where it is off. @default nothing */
  readonly fallback?: ReactNode;
  /** Shown where it is on; a function is told the value. */
  readonly children?: ReactNode | ((value: JsonValue) => ReactNode);
}

/**
 * Shows its children where a flag is on.
 * @example
 * <Feature flag="new_onboarding" fallback={<OldTour />}><NewTour /></Feature>
 */
export function Feature({ flag, is, context, fallback = null, children }: FeatureProps): ReactNode {
  const value = useFlag(flag, context);
  const isOn = is === undefined ? Boolean(value) : JSON.stringify(value) === JSON.stringify(is);
  if (!isOn || value === undefined) return fallback;
  return typeof children === 'function' ? children(value) : children;
}
