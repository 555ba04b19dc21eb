import type { AcceptedEvent } from '@px-platform/protocol';

/** What a browser says of itself in `Sec-CH-UA*` headers, where it does. */
export interface ClientHints {
  /** The browser's own name, where that is not what all Chromium browsers say. */
  readonly brand?: { readonly name: string; readonly version: string };
  readonly isHeadless: boolean;
  readonly os?: string;
  readonly osVersion?: string;
  readonly model?: string;
  readonly deviceType?: 'mobile' | 'tablet';
}

/** The headers that are read. The others say the same, or what nobody asks. */
export const HINT_HEADERS = [
  'sec-ch-ua',
  'sec-ch-ua-full-version-list',
  'sec-ch-ua-mobile',
  'sec-ch-ua-form-factors',
  'sec-ch-ua-platform',
  'sec-ch-ua-platform-version',
  'sec-ch-ua-model',
] as const;

const BRAND = /"((?:[^"\\]|\\.)*)"\s*;\s*v="([^"]*)"/g;
/** Browsers put one such in, differently written each time, so that nobody relies on the list. */
const GREASE = /^\W*not[\W_]?a[\W_]?brand\W*$/i;
const ENGINE = 'Chromium';
const COMMON = 'Google Chrome';

/** Windows 11 still says "Windows NT 10.0" in its user agent, and in its hints a number of its own. */
const FIRST_OF_WINDOWS_11 = 13;

/** Reads the hints of a request. */
export function readClientHints(hints: AcceptedEvent['hints']): ClientHints {
  const list = hints['sec-ch-ua-full-version-list'] || hints['sec-ch-ua'] || '';
  const brands = [...list.matchAll(BRAND)].map(([, name = '', version = '']) => ({
    name,
    version: shortVersion(version),
  }));
  const brand = brands.find(({ name }) => name !== ENGINE && name !== COMMON && !GREASE.test(name));
  const os = unquoted(hints['sec-ch-ua-platform']);
  const osVersion = systemVersion(os, unquoted(hints['sec-ch-ua-platform-version']));
  const model = unquoted(hints['sec-ch-ua-model']);
  const factors = hints['sec-ch-ua-form-factors'] ?? '';
  const deviceType = factors.includes('"Tablet"')
    ? 'tablet'
    : hints['sec-ch-ua-mobile'] === '?1'
      ? 'mobile'
      : undefined;
  return {
    ...(brand && { brand }),
    isHeadless: brand?.name.startsWith('Headless') ?? false,
    ...(os && { os }),
    ...(osVersion && { osVersion }),
    ...(model && { model }),
    ...(deviceType && { deviceType }),
  };
}

/** The version that people know the system by. Linux tells its kernel's, or nothing. */
function systemVersion(os: string, version: string): string {
  if (!/^\d/.test(version)) return '';
  if (os === 'Windows') {
    const major = Number.parseInt(version, 10);
    // Before Windows 10 the number is that of its updates.
    return major >= FIRST_OF_WINDOWS_11 ? '11' : major >= 1 ? '10' : '';
  }
  return os === 'macOS' || os === 'Android' || os === 'iOS'
    ? shortVersion(version).replace(/\.0$/, '')
    : '';
}

/** Major and minor, as user agents are read. */
function shortVersion(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function unquoted(text: string | undefined): string {
  return text?.replaceAll('"', '').trim() ?? '';
}
