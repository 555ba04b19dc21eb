import { EVENT_NAMES } from '@px-platform/protocol';
import type { EarlyCall } from './early-calls.js';

/** What the snippet leaves in `window.PX` until the script tag has loaded. */
interface Stub {
  q: readonly StubCall[];
}
type StubCall = readonly [
  verb: string,
  args: readonly unknown[],
  at: number,
  url: string,
  title: string,
  referrer: string,
];

/**
 * Makes a facade of the snippet's stub: the calls it kept are made in order, each as of its own time
 * and page, and who holds the stub holds the facade. Without a stub, the facade alone.
 */
export function adoptStub<P extends { readonly init: (options: never) => void }>(
  stub: unknown,
  create: (earlier: readonly EarlyCall[]) => P,
): P {
  if (!isStub(stub)) return create([]);
  const calls = stub.q.map(toCall);
  const px: P = Object.assign(stub, create(calls.filter(({ verb }) => verb !== 'init')));
  delete (stub as Partial<Stub>).q;
  for (const { verb, args } of calls) if (verb === 'init') px.init(args[0] as never);
  return px;
}

const isStub = (value: unknown): value is Stub => Array.isArray((value as Stub | undefined)?.q);

function toCall([verb, args, at, url, title, referrer]: StubCall): EarlyCall {
  const moment = { at, context: { page: { url, title, referrer } } };
  if (verb !== 'page') return { verb, args, ...moment };
  const view = { navigation: 'manual', ...(args[0] as object | undefined) };
  return { verb: 'track', args: [EVENT_NAMES.pageView, view], ...moment };
}
