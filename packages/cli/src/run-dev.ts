import { Registry } from 'prom-client';
import { createApi, createReplayDoor } from '@px-platform/api';
import { createCollector, openFlagDelivery } from '@px-platform/collector';
import { startProcessor } from '@px-platform/processor';
import { createDirectEventLog } from '@px-platform/store/direct';
import {
  createMemoryCounters,
  createMemoryLimiter,
  createMemoryStreams,
} from '@px-platform/store/memory';
import { platformApp, shopApp } from './apps.js';
import { findAssets } from './assets.js';
import { banner } from './banner.js';
import { createCleanup, type Cleanup } from './cleanup.js';
import { createDevLog } from './dev-log.js';
import type { DevConfig } from './config.js';
import { ensureDevFlag } from './ensure-dev-flag.js';
import { ensureDevProject } from './dev-project.js';
import { holdDataDir } from './hold-data-dir.js';
import { listen } from './listen.js';
import { openEmbeddedStores } from './open-embedded-stores.js';
import { openPlaces } from './open-places.js';
import { resetDataDir } from './reset-data-dir.js';
import { onceStopped } from './signals.js';

/** Somebody is watching the live page: an event should be there within a second, whatever the flush interval. */
const FLUSH_WITHIN_MS = 250;
/** Nor should they wait a minute for a segment. */
const SEGMENTS_EVERY_MS = 5_000;

/** Runs everything in this process until it is told to stop, then drains and resolves. */
export async function runDev(config: DevConfig): Promise<void> {
  const startedAt = performance.now();
  const cleanup = createCleanup();
  const stopped = onceStopped();
  try {
    const { url, shopUrl, project } = await startDev(config, cleanup.add);
    console.log(
      banner({
        project,
        url,
        shopUrl,
        dataDir: config.dataDir,
        startedInMs: performance.now() - startedAt,
      }),
    );
    await stopped;
    console.log('\n  Stopping: finishing what has arrived…');
  } finally {
    await cleanup.run();
  }
  console.log('  Stopped. Nothing is lost.');
}

/** The composition root of the embedded platform: the one place where rooms meet technologies. */
async function startDev(config: DevConfig, onStop: Cleanup['add']) {
  const { dataDir, host } = config;
  const assets = findAssets();
  const log = createDevLog(config.logLevel);
  const registry = new Registry();

  onStop(await holdDataDir(dataDir));
  const platform = await listen({ host, port: config.port, option: '--port' });
  onStop(platform.close);
  const shop =
    config.shopPort === null
      ? null
      : await listen({ host, port: config.shopPort, option: '--shop-port' });
  if (shop) onStop(shop.close);
  const url = urlOf(host, platform.port);
  const shopUrl = shop ? urlOf(host, shop.port) : null;
  if (config.reset) await resetDataDir(dataDir);

  const geo = await openPlaces(config.geoDb, log);
  onStop(geo.close);
  const { eventStore, catalog, schemas, flags, segments, profiles, requests, retention, close } =
    await openEmbeddedStores(dataDir);
  onStop(close);
  const project = await ensureDevProject(catalog, dataDir);
  await ensureDevFlag(flags, project);
  const streams = createMemoryStreams();
  onStop(() => streams.close());
  const eventLog = createDirectEventLog();
  onStop(() => eventLog.close());
  const counters = createMemoryCounters();
  onStop(
    await startProcessor({
      eventLog,
      eventStore,
      profiles,
      streams,
      counters,
      catalog,
      requests,
      retention,
      segments,
      segmentsEveryMs: SEGMENTS_EVERY_MS,
      log,
      registry,
      geo,
    }),
  );

  const delivery = await openFlagDelivery({ publications: flags, segments, log, registry });
  onStop(delivery.close);
  const collector = createCollector({
    catalog,
    schemas,
    flags: delivery,
    eventLog,
    limiter: createMemoryLimiter(),
    log,
    registry,
    flushWithinMs: FLUSH_WITHIN_MS,
  });
  const welcome = {
    project: { id: project.id, name: project.name },
    write_key: project.write_key,
    endpoint: url,
    shop_url: shopUrl,
  };
  const api = createApi({
    catalog,
    schemas,
    flags,
    segments,
    privacy: catalog,
    retention,
    people: { requests, profiles, tables: eventStore },
    eventStore,
    streams,
    replays: {
      eventStore,
      door: createReplayDoor({ url }),
    },
    log,
    dashboardDir: assets.dashboardDir,
    localSession: { secretKey: project.secret_key, welcome },
  });
  // The servers close first when all is undone: what has arrived still finds the processor at work.
  onStop(async () => {
    // Streams would stay open for ever.
    await delivery.close();
    await Promise.all([platform.close(), shop?.close()]);
  });
  platform.serve(platformApp({ collector, api, assets }));
  shop?.serve(shopApp({ collector, assets, project, liveUrl: url }));
  return { url, shopUrl, project };
}

function urlOf(host: string, port: number): string {
  const isLocal = host === '127.0.0.1' || host === '0.0.0.0' || host === '::1' || host === '::';
  return `http://${isLocal ? 'localhost' : host}:${port}`;
}
