/**
 * Who is measured: what a server writes to send events with it, with its defaults. Only bounds are raised where a burst would be dropped
 * (`room`). `drain` resolves once all that was tracked is sent, by the SDK's own word.
 */
export const SDKS = {
  px: {
    name: 'PX',
    package: '@px-platform/sdk-node',
    answer: () => '{"accepted":1,"received_at":1,"skew_ms":0,"results":[]}',
    open: (options) => openPx(options),
  },
  'px-plain': {
    name: 'PX, not zipped',
    package: '@px-platform/sdk-node',
    answer: () => '{"accepted":1,"received_at":1,"skew_ms":0,"results":[]}',
    open: (options) => openPx({ ...options, compression: 'none' }),
  },
  'px-spool': {
    name: 'PX, spool',
    package: '@px-platform/sdk-node',
    answer: () => '{"accepted":1,"received_at":1,"skew_ms":0,"results":[]}',
    open: (options) => openPx({ ...options, spool: { directory: options.directory } }),
  },
  posthog: {
    name: 'PostHog',
    package: 'posthog-node',
    answer: () => '{"status":"Ok"}',
    async open({ url, room }) {
      const { PostHog } = await import('posthog-node');
      const client = new PostHog('k', { host: url, ...(room && { maxQueueSize: room }) });
      client.on('error', () => {});
      return {
        track: (event, properties, userId) =>
          client.capture({ distinctId: userId, event, properties }),
        drain: () => client.shutdown(60_000),
      };
    },
  },
  segment: {
    name: 'Segment',
    package: '@segment/analytics-node',
    answer: () => '{"success":true}',
    async open({ url }) {
      const { Analytics } = await import('@segment/analytics-node');
      const client = new Analytics({ writeKey: 'k', host: url });
      client.on('error', () => {});
      return {
        track: (event, properties, userId) => client.track({ userId, event, properties }),
        drain: () => client.closeAndFlush({ timeout: 60_000 }),
      };
    },
  },
  amplitude: {
    name: 'Amplitude',
    package: '@amplitude/analytics-node',
    answer: () =>
      '{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1700000000000}',
    async open({ url }) {
      const { init, track, flush, Types } = await import('@amplitude/analytics-node');
      await init('k', { serverUrl: `${url}/2/httpapi`, logLevel: Types.LogLevel.None }).promise;
      let waiting = 0;
      return {
        track(event, properties, userId) {
          waiting += 1;
          void track(event, properties, { user_id: userId }).promise.then(() => (waiting -= 1));
        },
        async drain() {
          // A flush while another is under way does nothing.
          while (waiting > 0) {
            await flush().promise;
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        },
      };
    },
  },
  mixpanel: {
    name: 'Mixpanel',
    package: 'mixpanel',
    answer: () => '1',
    open: (options) =>
      openMixpanel(options, (client, { event, properties, done }) =>
        client.track(event, properties, done),
      ),
  },
  'mixpanel-batch': {
    name: 'Mixpanel, track_batch of 50',
    package: 'mixpanel',
    answer: () => '1',
    open(options) {
      let batch = [];
      const send = (client) => {
        const sent = batch;
        batch = [];
        if (sent.length > 0)
          client.track_batch(sent, () => {
            for (const { done } of sent) done();
          });
      };
      return openMixpanel(
        options,
        (client, { event, properties, done }) => {
          batch.push({ event, properties, done });
          if (batch.length === 50) send(client);
        },
        send,
      );
    },
  },
};

async function openPx({ url, room, spool, compression }) {
  const { createClient } = await import('@px-platform/sdk-node');
  const client = createClient({
    apiKey: 'k',
    endpoint: url,
    flags: false,
    log: { error() {}, warn() {} },
    ...(room && { maxQueueEvents: room }),
    ...(spool && { spool }),
    ...(compression && { compression }),
  });
  return {
    track: (event, properties, userId) => client.track(event, properties, { userId }),
    drain: () => client.flush(),
  };
}

/** It sends each event at once, unless the program gathers them. */
async function openMixpanel({ url }, track, flush = () => {}) {
  const { default: mixpanel } = await import('mixpanel');
  const { hostname, port } = new URL(url);
  const client = mixpanel.init('k', { host: hostname, port, protocol: 'http' });
  let waiting = 0;
  return {
    track(event, properties, userId) {
      waiting += 1;
      const said = { ...properties, distinct_id: userId };
      track(client, { event, properties: said, done: () => (waiting -= 1) });
    },
    async drain() {
      flush(client);
      while (waiting > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}
