'use client';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { PxContext } from './px-context.js';

export interface PXErrorBoundaryProps {
  /** Shown in place of what threw; a function is told the error and what draws the children anew. @default nothing */
  readonly fallback?: ReactNode | ((error: unknown, reset: () => void) => ReactNode);
  readonly properties?: object | undefined;
  readonly children?: ReactNode;
}

/**
 * Records what its children throw as they are drawn, and shows something else in their place.
 * @example
 * <PXErrorBoundary fallback={<p>That did not work.</p>}><Checkout /></PXErrorBoundary>
 */
export class PXErrorBoundary extends Component<
  PXErrorBoundaryProps,
  { readonly failure: { readonly error: unknown } | null }
> {
  static override readonly contextType = PxContext;
  static getDerivedStateFromError(error: unknown) {
    return { failure: { error } };
  }

  declare context: React.ContextType<typeof PxContext>;
  override state = { failure: null as { readonly error: unknown } | null };
  private readonly reset = () => this.setState({ failure: null });

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    this.context.client.captureError(error, {
      ...this.props.properties,
      component_stack: componentStack ?? null,
    });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    const { fallback = null, children } = this.props;
    if (!failure) return children;
    return typeof fallback === 'function' ? fallback(failure.error, this.reset) : fallback;
  }
}
