/**
 * Runs stages one after another, saying when each starts and how long it took. A failed stage does
 * not stop the others, save those that `need` it: one run tells everything that is wrong.
 * Resolves to the names of stages that failed or could not run.
 */
export async function runStages(
  stages,
  { log, now = () => performance.now(), isStopped = () => false },
) {
  const failed = new Set();
  for (const [index, { name, needs = [], work }] of stages.entries()) {
    if (isStopped()) break;
    const place = `[${index + 1}/${stages.length}] ${name}`;
    const missing = needs.filter((need) => failed.has(need));
    if (missing.length > 0) {
      failed.add(name);
      log(`${place}: not run, for ${missing.join(' and ')} failed`);
      continue;
    }
    log(`${place}…`);
    const startedAt = now();
    const isGood = await attempt(work, log);
    const seconds = ((now() - startedAt) / 1000).toFixed(1);
    if (!isGood) failed.add(name);
    log(`${place}: ${isGood ? 'ok' : 'FAILED'} in ${seconds} s`);
  }
  return [...failed];
}

async function attempt(work, log) {
  try {
    return await work();
  } catch (error) {
    log(error.message);
    return false;
  }
}
