/** What the environment says of the browsers; the only place that reads it. */
export const config = {
  /** Paths of programs. `npm test` sets them to those it found or installed. */
  chromium: process.env['PX_CHROMIUM'],
  firefox: process.env['PX_FIREFOX'],
  webkitDriver: process.env['PX_WEBKIT_DRIVER'],
  /** For programs that are started from here. */
  environment: process.env,
  isCi: process.env['CI'] === 'true' || process.env['CI'] === '1',
} as const;
