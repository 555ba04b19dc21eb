import type { Disposer } from '@px-platform/sdk-core';

/**
 * Claims the page for one copy of PX: a tag manager's script beside a bundled import would record
 * every view and click twice. Null where another copy was first.
 */
export function claimPage(projectId: string): Disposer | null {
  const mark = Symbol.for(`px:${projectId}`);
  const page = window as unknown as Record<symbol, unknown>;
  if (page[mark]) return null;
  page[mark] = true;
  return () => void delete page[mark];
}
