import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_ARGS } from '@px-platform/test-browser';
import { sitePage } from './fault-stage.js';
import { startFaultProxy, type FaultProxy, type SdkScripts } from './fault-proxy.js';
import { until, type PxDev } from './px-dev.js';

/** What is known of a browser that was killed in the middle of a stream of events 0, 1, 2…. */
export interface KilledRound {
  readonly round: number;
  /** So many events the page has said it tracked. It says so after each task; the last may be untold. */
  readonly tracked: number;
  /** So many, from the first on, it has said that the database reported as written. */
  readonly confirmed: number;
  /** When each word came, and of how many events: milliseconds before the kill. */
  readonly words: readonly { readonly beforeKillMs: number; readonly tracked: number }[];
  /** Whether the browser no longer has what another database of the page had confirmed in this round. */
  readonly isLostByBrowser: boolean;
}

export interface KilledBrowser {
  readonly rounds: readonly KilledRound[];
  readonly proxy: Pick<FaultProxy, 'requests' | 'arrivals'>;
}

/** The property that tells rounds apart is `round`; `n` counts within one. */
export const KILLED_EVENT = 'fault_killed';
/** A kill comes at any moment of so many milliseconds. */
const STREAM_MS = 300;
/** The page's answers are all in when it has asked for nothing for so long. */
const QUIET_MS = 2_000;

/**
 * One person whose browser is killed, by SIGKILL and with all its processes, again and again: each
 * time it is opened once more with the same profile, and once more is killed. At last it is left alone
 * until everything that it still had is delivered.
 */
export async function killBrowserAtRandom({
  px,
  scripts,
  executablePath,
  from = 0,
  times,
  random,
  isLate,
}: {
  readonly px: PxDev;
  readonly scripts: SdkScripts;
  readonly executablePath: string;
  /** The first round's number. @default 0 */
  readonly from?: number;
  readonly times: number;
  readonly random: () => number;
  /** Whether it is too late for another round. */
  readonly isLate: () => boolean;
}): Promise<KilledBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'px-killed-'));
  const proxy = await startFaultProxy({ px, scripts });
  // What is tracked comes faster than so short-lived pages can send it: on a fast machine more waits than is kept by default.
  const options = { apiKey: px.writeKey, maxQueueEvents: 100_000, maxQueueBytes: 100 * 2 ** 20 };
  const run = (run: string) => `<script>(${run})()</script>`;
  proxy.pages.set(
    '/stream',
    sitePage(options, { before: run(String(watchWrites)), after: run(String(stream)) }),
  );
  proxy.pages.set('/rest', sitePage(options, { after: run(String(rest)) }));
  const rounds: Omit<KilledRound, 'isLostByBrowser'>[] = [];
  /** Rounds whose mark the control had confirmed, and those that it still had at the end. */
  const marked = new Set<number>();
  let kept = new Set<number>();
  let kill = () => {};

  const open = (path: string) => {
    const child = spawn(
      executablePath,
      [
        ...CHROMIUM_ARGS,
        '--headless=new',
        '--remote-debugging-pipe',
        '--no-default-browser-check',
        '--disable-breakpad',
        '--password-store=basic',
        `--user-data-dir=${profile}`,
        `${proxy.origin}${path}`,
      ],
      // A process group of its own: the kill reaches every process of the browser at once. The pipes
      // are how the browser learns that this process is gone, and goes as well.
      { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    const gone = once(child, 'exit');
    kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    return gone;
  };

  const killOnce = async (round: number) => {
    const words: { at: number; tracked: number; confirmed: number }[] = [];
    const most = (name: 'tracked' | 'confirmed') => Math.max(0, ...words.map((word) => word[name]));
    proxy.onTold((told) => {
      if (Number(told.get('round')) !== round) return;
      const count = (name: string) => Number(told.get(name));
      if (told.get('is_marked') === 'true') marked.add(round);
      words.push({
        at: performance.now(),
        tracked: count('tracked'),
        confirmed: count('confirmed'),
      });
    });
    const gone = open(`/stream?round=${round}`);
    // By turns from its first event on, while the database may still be opening, and from the first written.
    const hasBegun = () => most(round % 2 === 0 ? 'tracked' : 'confirmed') > 0;
    await until(hasBegun, 30_000, `events in the browser of round ${round}`);
    await new Promise((resolve) => setTimeout(resolve, random() * STREAM_MS));
    kill();
    const killedAt = performance.now();
    await gone;
    rounds.push({
      round,
      tracked: most('tracked'),
      confirmed: most('confirmed'),
      words: words.map(({ at, tracked }) => ({ beforeKillMs: killedAt - at, tracked })),
    });
  };

  const deliverRest = async () => {
    let isDone = false;
    const before = proxy.requests.length;
    let last = 'nothing';
    proxy.onTold((told) => {
      isDone = told.get('pending') === '0' && told.get('written') === '0';
      last = String(told);
      kept = new Set(told.get('kept')?.split(' ').map(Number));
    });
    const gone = open('/rest');
    const isQuiet = () => Date.now() - (proxy.requests.at(-1)?.receivedAt ?? 0) > QUIET_MS;
    // Should something be missing at the end, this tells what a visit saw of it.
    const seen = () => `${proxy.requests.length - before} requests, at last it said ${last}`;
    try {
      await until(() => isDone && isQuiet(), 120_000, 'the rest delivered');
    } catch (cause) {
      throw new Error(`the rest was not delivered: ${seen()}`, { cause });
    }
    kill();
    await gone;
    console.log(`  the rest: ${seen()}`);
  };

  try {
    for (let round = from; round < from + times && !isLate(); round += 1) await killOnce(round);
    // Twice: what a visit could not open, of a database that was killed so often, waits for the next one.
    for (let visit = 0; visit < 2; visit += 1) await deliverRest();
    // It gives up all that was there by then, of a round without a confirmed mark as well.
    const lastLost = Math.max(-1, ...[...marked].filter((round) => !kept.has(round)));
    return {
      rounds: rounds.map((each) => ({ ...each, isLostByBrowser: each.round <= lastLost })),
      proxy,
    };
  } finally {
    kill();
    await proxy.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * In the page, before PX: counts what the database has reported as written, from the first event on. And puts a mark into a
 * database of its own: should the browser lose that one, too, it was not PX that lost anything.
 */
function watchWrites(): void {
  const written = new Set<number>();
  const underWay = new WeakMap<IDBTransaction, number[]>();
  const { put } = IDBObjectStore.prototype;
  Object.assign(globalThis, { confirmed: 0, isMarked: false });
  const reach = () => {
    const counter = globalThis as unknown as { confirmed: number };
    while (written.has(counter.confirmed)) counter.confirmed += 1;
  };
  const round = Number(new URLSearchParams(location.search).get('round'));
  const opening = indexedDB.open('control', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('marks');
  opening.onsuccess = () => {
    const marking = opening.result.transaction('marks', 'readwrite');
    put.call(marking.objectStore('marks'), true, round);
    marking.oncomplete = () => Object.assign(globalThis, { isMarked: true });
  };
  IDBObjectStore.prototype.put = function (value: unknown, ...key) {
    const text = JSON.stringify(value).replaceAll('\\', '');
    let numbers = underWay.get(this.transaction);
    if (!numbers) {
      const fresh: number[] = [];
      numbers = fresh;
      underWay.set(this.transaction, fresh);
      this.transaction.addEventListener('complete', () => {
        for (const n of fresh) written.add(n);
        reach();
      });
    }
    // What an earlier round left may pass here, too.
    for (const [, of, n] of text.matchAll(/"round":(\d+),"n":(\d+)/g)) {
      if (Number(of) === round) numbers.push(Number(n));
    }
    return put.call(this, value, ...key);
  };
}

/** In the page: tracks a few events a task, and says how many there are and how many are written. */
function stream(): void {
  const round = Number(new URLSearchParams(location.search).get('round'));
  const told = location.origin.replace('localhost', '127.0.0.1');
  let n = 0;
  const next = async (): Promise<void> => {
    for (let index = 0; index < 10; index += 1, n += 1) {
      PX.track('fault_killed', { round, n, area: 'checkout', is_member: true });
    }
    const { confirmed, isMarked } = globalThis as unknown as {
      confirmed: number;
      isMarked: boolean;
    };
    const words = new URLSearchParams({
      round: String(round),
      tracked: String(n),
      confirmed: String(confirmed),
      is_marked: String(isMarked),
    });
    // At another address, so that it does not queue for a connection with what PX sends.
    await fetch(`${told}/told?${words.toString()}`, { mode: 'no-cors', cache: 'no-store' });
    return next();
  };
  void next();
}

/** In the page: sends what is left, and says what is pending after that, and what is still in databases. */
function rest(): void {
  const answerOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('no answer'));
    });
  const countIn = async (name: string) => {
    const db = await answerOf(indexedDB.open(name));
    const stores = [...db.objectStoreNames];
    const counts = stores.map((store) =>
      answerOf(db.transaction(store).objectStore(store).count()),
    );
    const counted = await Promise.all(counts);
    db.close();
    return counted.reduce((sum, count) => sum + count, 0);
  };
  const marks = async () => {
    const db = await answerOf(indexedDB.open('control'));
    const keys = await answerOf(db.transaction('marks').objectStore('marks').getAllKeys());
    db.close();
    return keys;
  };
  const look = async (): Promise<void> => {
    await PX.flush();
    const names = (await indexedDB.databases()).map(({ name = '' }) => name);
    const databases = names.filter((name) => name !== 'control');
    const counts = await Promise.all(databases.map(countIn));
    const words = new URLSearchParams({
      pending: String(PX.stats().pending),
      written: String(counts.reduce((sum, count) => sum + count, 0)),
      databases: databases.join(' '),
      kept: names.includes('control') ? (await marks()).map(Number).join(' ') : '',
      dropped: JSON.stringify(PX.stats().dropped),
    });
    await fetch(`/told?${words.toString()}`, { cache: 'no-store' });
    setTimeout(() => void look(), 250);
  };
  void look();
}
