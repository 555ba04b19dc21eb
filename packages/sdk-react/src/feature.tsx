'use client';
import type {
  DeclaredTypes,
  FlagAttributes,
  FlagKey,
  FlagValue,
  PxTypes,
} from '@px-platform/sdk-web';
import type { ReactNode } from 'react';
import { useValue } from './flag-hooks.js';

/** Of any project's flags: types say which values are right, and are held to where components are written. */
type PlainProps = FeatureProps<string, object>;

export interface FeatureProps<K extends string = FlagKey, T extends PxTypes = DeclaredTypes> {
  readonly flag: K;
  /** Which value turns it on. @default any that JavaScript takes for true */
  readonly is?: FlagValue<K, T>;
  readonly context?: FlagAttributes | undefined;
  /** Shown where it is off. @default nothing */
  readonly fallback?: ReactNode;
  /** Shown where it is on; a function is told the value. */
  readonly children?: ReactNode | ((value: FlagValue<K, T>) => ReactNode);
}

/**
 * Shows its children where a flag is on.
 * @example
 * <Feature flag="new_onboarding" fallback={<OldTour />}><NewTour /></Feature>
 */
export function Feature<K extends FlagKey>(props: FeatureProps<K>): ReactNode;
export function Feature({ flag, is, context, fallback = null, children }: PlainProps): ReactNode {
  const value = useValue(flag, context);
  const isOn = is === undefined ? Boolean(value) : JSON.stringify(value) === JSON.stringify(is);
  if (!isOn || value === undefined) return fallback;
  return typeof children === 'function' ? children(value) : children;
}
