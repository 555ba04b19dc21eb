/** What the environment says of the browser; the only place that reads it. */
export const config = {
  /** Path of a Chromium or Chrome. `npm test` sets it to the one it found or installed. */
  chromium: process.env['PX_CHROMIUM'],
  isCi: process.env['CI'] === 'true' || process.env['CI'] === '1',
} as const;
