export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks until it is so, or `ms` have gone. */
export async function until(isSo, ms) {
  const deadline = Date.now() + ms;
  while (!isSo() && Date.now() < deadline) await wait(100);
}

/** What the promise resolves to; rejects after `ms`. */
export async function deadline(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the promise resolves to; undefined if it rejects or is late: a page may go away, or hang. */
export const within = (promise, ms) => deadline(promise, ms).catch(() => undefined);
