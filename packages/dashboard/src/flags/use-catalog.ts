import { useCallback, useEffect, useState } from 'react';
import type { ApiClient } from '../api/api-client.js';
import type { Catalog } from './definitions-api.js';

export type CatalogState =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'known'; readonly catalog: Catalog };

/** All that a project has defined, and how to read it again. */
export function useCatalog(
  api: Pick<ApiClient, 'catalog'>,
  projectId: string,
): readonly [CatalogState, () => Promise<void>] {
  const [state, setState] = useState<CatalogState>({ state: 'loading' });
  const load = useCallback(async () => {
    try {
      setState({ state: 'known', catalog: await api.catalog(projectId) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // What is known is worth more than a page that says that it may be old.
      setState((known) => (known.state === 'known' ? known : { state: 'failed', message }));
    }
  }, [api, projectId]);
  useEffect(() => {
    void load();
  }, [load]);
  return [state, load];
}
