import { gunzipSync } from 'node:zlib';

const json = (value, status = 200) => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});

/**
 * What each vendor's server answers when all is well: `path` is what follows the collector's base. The first that
 * matches answers. A library that gets anything else may send again: posthog-js counts only 200 as a yes.
 */
const ANSWERS = [
  {
    path: /^\/v1\/batch$/,
    answer: ({ ids }) =>
      json({ accepted: ids.length, received_at: Date.now(), skew_ms: 0, results: [] }),
  },

  // PostHog: events, flags, remote configuration (as JSON and as a script), everything off.
  { path: /^\/(e|i\/v0\/e|s)\/?$/, answer: () => json({ status: 1 }) },
  {
    path: /^\/flags\/?$/,
    answer: () => json({ flags: {}, errorsWhileComputingFlags: false, requestId: 'r' }),
  },
  { path: /^\/array\/[^/]+\/config$/, answer: () => json(POSTHOG_CONFIG) },
  { path: /\.js$/, answer: () => ({ status: 200, type: 'text/javascript', body: '' }) },

  // Amplitude
  {
    path: /^\/2\/httpapi$/,
    answer: ({ ids, bytes }) =>
      json({
        code: 200,
        events_ingested: ids.length,
        payload_size_bytes: bytes,
        server_upload_time: Date.now(),
      }),
  },
  { path: /^\/config/, answer: () => json({ configs: {} }) },

  // Segment
  { path: /^\/v1\/(t|b|batch|i|p|g|a|m)$/, answer: () => json({ success: true }) },
  {
    path: /^\/cdn\/.*\/settings$/,
    answer: () =>
      json({ integrations: { 'Segment.io': { apiKey: 'k' } }, plan: { track: {}, identify: {} } }),
  },

  // Snowplow, Mixpanel, Faro
  { path: /^\/tp2$/, answer: () => ({ status: 200, type: 'text/plain', body: 'ok' }) },
  { path: /^\/(track|engage|groups)\/?$/, answer: () => json({ status: 1, error: null }) },
  { path: /^\/collect$/, answer: () => json({}, 202) },
];

const POSTHOG_CONFIG = {
  hasFeatureFlags: false,
  supportedCompression: ['gzip', 'gzip-js'],
  sessionRecording: false,
  surveys: false,
  heatmaps: false,
  capturePerformance: false,
  autocaptureExceptions: false,
  siteApps: [],
  isAuthenticated: false,
  toolbarParams: {},
};

/** The vendor's yes to a request, or null where no vendor has such an address. */
export function answerTo(path, request) {
  return ANSWERS.find((each) => each.path.test(path))?.answer(request) ?? null;
}

/** The numbers of all bench events in a request's body, one for each copy, whatever it is wrapped in. */
export function idsIn(body) {
  return [...unwrap(body).matchAll(/bench_(\d{6})/g)].map(([, digits]) => Number(digits));
}

function unwrap(body) {
  if (body[0] === 0x1f && body[1] === 0x8b) return unwrap(gunzipSync(body));
  const text = body.toString();
  if (!text.startsWith('data=')) return text;
  // Forms: JSON, or JSON in base64.
  const data = new URLSearchParams(text).get('data');
  return /^[[{]/.test(data) ? data : Buffer.from(data, 'base64').toString();
}
