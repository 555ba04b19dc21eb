import { createClient, type NodeClient } from '@px-platform/sdk-node';
import { readConfig } from '../config';

/** Next.js loads a module once for pages and once for routes: a process has one client all the same. */
const shared = globalThis as { px?: NodeClient };

/** PX on this server, from the first request on. */
export function px(): NodeClient {
  return (shared.px ??= createClient(readConfig()));
}
