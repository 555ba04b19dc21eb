import { describeError } from '@px-platform/sdk-core';
import type { EventDetails } from '../event-maker.js';
import { clock } from '../node-platform.js';
import type { RequestContext } from '../request-context.js';
import type { FamilyHost } from './family.js';

/** Whom a job is for, and what is known of it. */
export interface JobDetails extends RequestContext {
  /** What its events say besides: `queue`, `attempt`… */
  readonly properties?: object | undefined;
}

/** Runs jobs, and tells how they ended. */
export interface JobRunner {
  /**
   * Runs a job, answers or throws what it does, and records `job_completed`, or `job_failed` and its `error`. What it tracks
   * itself is of the person it is for.
   * @example
   * await jobs.run('send_invoice', () => send(invoice), { userId: invoice.customer });
   */
  readonly run: <T>(job: string, work: () => T, details?: JobDetails) => Promise<Awaited<T>>;
}

/** Creates the runner. A job that is for nobody is the service's. */
export function jobEvents(px: FamilyHost): JobRunner {
  const perform = async <T>(
    job: string,
    work: () => T,
    {
      properties,
      details,
    }: { readonly properties: object | undefined; readonly details: EventDetails },
  ): Promise<Awaited<T>> => {
    const since = clock.elapsed();
    const about = () => ({ ...properties, job, duration_ms: Math.round(clock.elapsed() - since) });
    try {
      const answer = await work();
      px.track('job_completed', about(), details);
      return answer;
    } catch (error) {
      px.captureError(error, { job, handled: false, mechanism: 'job' }, details);
      px.track('job_failed', { ...about(), ...reasonOf(error) }, details);
      throw error;
    }
  };
  return {
    run(job, work, { properties, ...context } = {}) {
      const details: EventDetails = { service: true };
      const run = () => perform(job, work, { properties, details });
      // Said to be for somebody: nothing around it is about them.
      return Object.keys(context).length > 0 ? px.withRequest(context, run) : run();
    },
  };
}

/** Enough to find the error by. */
function reasonOf(error: unknown) {
  try {
    const { type, group } = describeError(error);
    return { reason: type, error_group: group };
  } catch {
    return { reason: 'unreadable' };
  }
}
