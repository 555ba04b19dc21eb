import type { FamilyHost, FamilyVerb } from './family.js';

/** What becomes of a service itself. */
export interface SystemEvents {
  readonly service_started: { readonly version?: string };
  readonly service_stopped: { readonly reason?: string; readonly uptime_ms?: number };
  readonly dependency_failed: {
    /** `postgres`, `stripe`… */
    readonly dependency: string;
    readonly reason?: string;
  };
  readonly dependency_recovered: {
    readonly dependency: string;
    /** How long it was away, in milliseconds. */
    readonly down_ms?: number;
  };
  readonly limit_reached: { readonly limit: string; readonly value?: number };
}

/**
 * Creates the verb of a service. Its events are the service's own, whoever is asking just then.
 * @example
 * const system = systemEvents(px);
 * system('service_started', { version: '1.4.0' });
 */
export const systemEvents =
  (px: FamilyHost): FamilyVerb<SystemEvents> =>
  (event, properties, details) =>
    px.forRequest({}).track(event, properties, { ...details, service: true });
