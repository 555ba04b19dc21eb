/** `npm start` hands a Ctrl-C on to a program that the terminal has told already: one key, two signals. */
const SAME_KEY_MS = 500;

/** Resolves at the first Ctrl-C or SIGTERM. A second one leaves at once. */
export function onceStopped(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    const stop = () => {
      const now = performance.now();
      if (askedAt === null) {
        askedAt = now;
        resolve();
      } else if (now - askedAt > SAME_KEY_MS) {
        process.exit(130);
      }
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
