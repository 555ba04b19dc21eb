'use client';
import type { FlagAttributes } from '@px-platform/sdk-web';
import { createContext, useContext, type ReactNode } from 'react';
import { useExperiment } from './flag-hooks.js';

const VariantContext = /* @__PURE__ */ createContext<string | null>(null);

export interface ExperimentProps {
  readonly name: string;
  /** Which variant is shown to who is not in it. @default none of them */
  readonly fallback?: string;
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
export function Experiment({ name, fallback, context, children }: ExperimentProps): ReactNode {
  const { variant } = useExperiment(name, context);
  return (
    <VariantContext.Provider value={variant ?? fallback ?? null}>
      {children}
    </VariantContext.Provider>
  );
}

export interface VariantProps {
  readonly name: string;
  readonly children?: ReactNode;
}

/** One side of the `Experiment` around it. */
export function Variant({ name, children }: VariantProps): ReactNode {
  return useContext(VariantContext) === name ? children : null;
}
