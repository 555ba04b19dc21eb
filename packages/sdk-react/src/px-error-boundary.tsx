'use client';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import type { PxClient } from './px-client.js';
import { usePX } from './verbs.js';

export interface PXErrorBoundaryProps {
  /** Shown in place of what threw; a function is told the error and what draws the children anew. @default nothing */
  readonly fallback?: ReactNode | ((error: unknown, reset: () => void) => ReactNode);
  /** Draws the children anew once one of these is another, such as the page's address. @default none */
  readonly resetKeys?: readonly unknown[];
  /** Told of each error after it was recorded. */
  readonly onError?: ((error: unknown, info: ErrorInfo) => void) | undefined;
  /** Told before the children are drawn anew. */
  readonly onReset?: (() => void) | undefined;
  /** Of the event. */
  readonly properties?: object | undefined;
  readonly children?: ReactNode;
}
/**
 * Records what its children throw as they are drawn, and shows something else in their place.
 * @example
 * <PXErrorBoundary fallback={<p>That did not work.</p>}><Checkout /></PXErrorBoundary>
 */
export function PXErrorBoundary(props: PXErrorBoundaryProps) {
  return <Boundary {...props} client={usePX()} />;
}

interface State {
  readonly failure: { readonly error: unknown } | null;
}

/** Only classes catch. */
class Boundary extends Component<PXErrorBoundaryProps & { readonly client: PxClient }, State> {
  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } };
  }

  override state: State = { failure: null };
  private readonly reset = () => {
    if (!this.state.failure) return;
    this.props.onReset?.();
    this.setState({ failure: null });
  };

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    const { client, properties, onError } = this.props;
    client.captureError(error, { ...properties, component_stack: info.componentStack ?? null });
    onError?.(error, info);
  }

  override componentDidUpdate({ resetKeys: was = [] }: PXErrorBoundaryProps, { failure }: State) {
    const { resetKeys: is = [] } = this.props;
    const isOther = [...was, ...is].some((_, at) => !Object.is(was[at], is[at]));
    // Not in the update in which it failed: that one may have brought the keys along.
    if (failure && isOther) this.reset();
  }

  override render(): ReactNode {
    const { failure } = this.state;
    const { fallback = null, children } = this.props;
    if (!failure) return children;
    return typeof fallback === 'function' ? fallback(failure.error, this.reset) : fallback;
  }
}
