export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks until it is so, or `ms` have gone. */
export async function until(isSo, ms) {
  const deadline = Date.now() + ms;
  while (!isSo() && Date.now() < deadline) await wait(100);
}

/** What the promise resolves to; undefined if it does not, in time or at all. */
export async function within(promise, ms) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    return await Promise.race([promise.catch(() => {}), late]);
  } finally {
    clearTimeout(timer);
  }
}
