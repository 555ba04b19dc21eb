import { findServices } from '../../packages/test-services/src/find-services.mjs';
import { installWithApt } from './apt.mjs';

/**
 * Finds the programs of the servers that tests start, installing Debian's where we may. One that is missing has
 * its tests skip themselves; under CI that is an error instead, for a skipped proof is no proof.
 */
export async function ensureServices({ log, isCi }) {
  const missing = findServices().filter(({ isHere }) => !isHere);
  await installWithApt(
    missing.flatMap(({ packages }) => packages),
    { log, isCi },
  );
  for (const { name, advice, isHere } of findServices()) {
    if (isHere) continue;
    if (isCi) throw new Error(`No ${name} was found, and CI must not skip its tests: ${advice}.`);
    log(
      `NO ${name.toUpperCase()}: its tests will be SKIPPED and counted as such. To run them, ${advice}.`,
    );
  }
}
