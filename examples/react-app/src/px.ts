import type { PXProviderProps } from '@px-platform/sdk-react';

declare global {
  interface Window {
    /** Of `/px-config.js`; the flags beside it, `PX_FLAGS`, PX finds by itself. */
    readonly PX_CONFIG?: { readonly apiKey: string; readonly projectId: string };
  }
}

/** Without a project the page works all the same: flags are their fallbacks, and nothing is sent. */
const { apiKey, projectId } = window.PX_CONFIG ?? { apiKey: '', projectId: 'none' };

export const pxOptions: NonNullable<PXProviderProps['options']> = {
  apiKey,
  projectId,
  flags: {},
};
