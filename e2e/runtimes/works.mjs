const say = (...words) => console.log(...words);
const ada = { userId: 'ada' };

/** Runs one of the works. */
export async function serve({ createClient }, [work, endpoint, directory]) {
  const open = (options) =>
    createClient({
      apiKey: 'px_k',
      endpoint,
      log: { error: (...all) => say(...all), warn: (...all) => say(...all) },
      ...options,
    });
  const works = {
    /** Which runtime it is, by its own word. */
    names() {
      const { deno, bun, node } = process.versions;
      say(deno ? `Deno ${deno}` : bun ? `Bun ${bun}` : `Node ${node}`);
    },
    /** Every verb, and flags that are decided here. */
    async uses() {
      const px = open();
      await px.flags.ready(5_000);
      say('flags', px.flags.status(), px.getFlag('plain', ada, 'fallback'));
      say('experiment', px.getExperiment('checkout_flow_v2', { user_id: 'u-1' }).variant);
      px.track('tracked', { nth: 1, text: 'ü€😀' }, ada);
      px.identify('ada', { plan: 'pro' });
      px.alias('ada', 'old');
      px.group('company', 'acme', {}, ada);
      px.page({ url: 'https://shop.example/' }, ada);
      await px.withRequest({ userId: 'bob' }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        px.track('within');
      });
      px.forRequest({ userId: 'eve' }).track('bound');
      // Enough to be zipped, in several requests.
      for (let nth = 0; nth < 500; nth += 1) px.track('many', { nth }, ada);
      await px.flush();
      say('books', JSON.stringify(await px.shutdown()));
    },
    /** Nothing left to do, with a client and its stream of flags still open. */
    async ends() {
      const px = open({ flushIntervalMs: 60_000 });
      await px.flags.ready(5_000);
      for (let nth = 0; nth < 10; nth += 1) px.track('ended', { nth }, ada);
    },
    /** Runs on, until a signal. */
    waits() {
      const px = open({ flushIntervalMs: 60_000, flags: false });
      setInterval(() => {}, 1_000);
      for (let nth = 0; nth < 10; nth += 1) px.track('waited', { nth }, ada);
      say('ready');
    },
    /** Is killed with all it tracked on disk. */
    dies() {
      const px = open({ flushIntervalMs: 60_000, flags: false, spool: { directory } });
      for (let nth = 0; nth < 50; nth += 1) px.track('killed', { nth }, ada);
      process.kill(process.pid, 'SIGKILL');
    },
    /** Comes after that. */
    async revives() {
      const px = open({ flags: false, spool: { directory } });
      await px.flush();
      say('recovered', px.stats().spool.recovered);
      await px.shutdown();
    },
    /** Nobody is there. */
    async down() {
      const px = open({ exitTimeoutMs: 200, timeoutMs: 500 });
      px.track('lost', {}, ada);
      await px.flush();
      say('pending', px.stats().pending, px.getFlag('plain', ada, 'fallback'));
    },
  };
  await works[work]();
}
