/** What `px dev` tells the page through `/px-config.js`. */
export interface PxConfig {
  readonly apiKey: string;
  readonly projectId: string;
  /** Where this project's events can be watched as they arrive. */
  readonly liveUrl?: string;
}

declare global {
  interface Window {
    PX_CONFIG?: unknown;
  }
}

/** Reads the config if the server gave a usable one; null means: run without analytics. */
export function readPxConfig(value: unknown): PxConfig | null {
  if (typeof value !== 'object' || value === null) return null;
  const { apiKey, projectId, liveUrl } = value as Record<string, unknown>;
  if (typeof apiKey !== 'string' || apiKey === '') return null;
  if (typeof projectId !== 'string' || projectId === '') return null;
  return { apiKey, projectId, ...(isWebAddress(liveUrl) ? { liveUrl } : {}) };
}

/** The address becomes a link's href, so `javascript:` and friends are left out. */
function isWebAddress(value: unknown): value is string {
  return typeof value === 'string' && /^(https?:\/\/|\/)/.test(value);
}
