import { localSecretKey } from './local-key.js';

type Env = Readonly<Record<string, string | undefined>>;

/** Where a command speaks to: what it was given, else `PX_ENDPOINT`, else the local `px dev`. Without a slash at the end. */
export function endpointOf(given: string | undefined, env: Env): string {
  return (given ?? env['PX_ENDPOINT'] ?? 'http://localhost:4400').replace(/\/$/, '');
}

/** With which key: what it was given, else `PX_SECRET_KEY`, else that of the `px dev` which is spoken to. */
export function secretKeyOf(
  given: string | undefined,
  env: Env,
  endpoint: string,
): string | undefined {
  return given ?? env['PX_SECRET_KEY'] ?? localSecretKey(endpoint);
}
