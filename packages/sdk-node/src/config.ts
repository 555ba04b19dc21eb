/** With which key requests go, and where to, unless options say so. Read at each call: many load a `.env` file late. */
export function readEnvironment(): {
  readonly apiKey: string | undefined;
  readonly endpoint: string | undefined;
} {
  // Some runtimes have none.
  const env = globalThis.process?.env ?? {};
  return { apiKey: env['PX_API_KEY'], endpoint: env['PX_ENDPOINT'] };
}
