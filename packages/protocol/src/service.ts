/**
 * How the anonymous id begins of what a service did by itself, for nobody: `service:billing`. Each service is one more
 * in counts of people; it makes no visits.
 */
export const SERVICE_PREFIX = 'service:';
