import type { Instrumentation } from 'next';

/** Told by Next.js of what it has caught in pages, routes and actions. It is built for the edge, too, where there is no Node. */
export const onRequestError: Instrumentation.onRequestError = async (...caught) => {
  // Next.js writes in its place what it builds for.
  // oxlint-disable-next-line node/no-process-env
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { tellOfError } = await import('./lib/tell-of-error');
  await tellOfError(...caught);
};
