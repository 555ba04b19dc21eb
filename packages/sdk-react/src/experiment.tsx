'use client';
import type {
  DeclaredTypes,
  ExperimentKey,
  FlagAttributes,
  PxTypes,
  VariantKey,
} from '@px-platform/sdk-web';
import { createContext, useContext, type ReactNode } from 'react';
import { useExperiment } from './flag-hooks.js';

const VariantContext = /* @__PURE__ */ createContext<string | null>(null);

export interface ExperimentProps<
  K extends string = ExperimentKey,
  T extends PxTypes = DeclaredTypes,
> {
  readonly name: K;
  /** Which variant is shown to who is not in it. @default none of them */
  readonly fallback?: VariantKey<K, T>;
  readonly context?: FlagAttributes | undefined;
  readonly children?: ReactNode;
}

/**
 * Shows, of the `Variant`s in it, that of the person.
 * @example
 * <Experiment name="checkout_flow_v2" fallback="control">
 *   <Variant name="control"><Steps /></Variant>
 *   <Variant name="one_page"><OnePage /></Variant>
 * </Experiment>
 */
export function Experiment<K extends ExperimentKey>({
  name,
  fallback,
  context,
  children,
}: ExperimentProps<K>): ReactNode {
  const { variant } = useExperiment(name, context);
  return (
    <VariantContext.Provider value={variant ?? fallback ?? null}>
      {children}
    </VariantContext.Provider>
  );
}

export interface VariantProps<K extends string = never, T extends PxTypes = DeclaredTypes> {
  readonly name: VariantKey<K, T>;
  readonly children?: ReactNode;
}

/**
 * One side of the `Experiment` around it. Which one that is, types cannot see: they take the variants of any, or of the
 * one that is said.
 * @example
 * <Variant<'checkout_flow_v2'> name="one_page"><OnePage /></Variant>
 */
export function Variant<K extends ExperimentKey = never>({
  name,
  children,
}: VariantProps<K>): ReactNode {
  return useContext(VariantContext) === name ? children : null;
}
