import { sum } from './numbers.mjs';
import { answerTo, idsIn } from './protocols.mjs';

/** Who waits longer than this for a preflight's answer to expire is not measured here. */
const PREFLIGHT_SECONDS = 600;

/**
 * The collectors of one run. A slot is one of them: one library in one case, under an address of its own, so that
 * what comes is known by where it comes to.
 */
export function createSlots() {
  const slots = new Map();

  const open = (name) => {
    const copies = new Map();
    const slot = {
      path: `/c/${name}`,
      /** 'up', 'busy' (503) or 'down' (no answer at all). */
      state: 'up',
      /** Of requests with events, and of the preflights before them. */
      requests: 0,
      preflights: 0,
      bytes: 0,
      /** Ids and how often each was answered yes. */
      copies,
      unique: (below = Infinity) => [...copies.keys()].filter((id) => id < below).length,
      /** Copies that a yes had been given for already. */
      duplicates: (below = Infinity) =>
        sum([...copies].map(([id, times]) => (id < below ? times - 1 : 0))),
    };
    slots.set(slot.path, slot);
    return slot;
  };

  /** Whether the request was for a collector; if so it is answered. */
  const serve = (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const [path] = /^\/c\/[^/]+/.exec(pathname) ?? [];
    const slot = slots.get(path);
    if (!slot) return false;
    if (slot.state === 'down') request.socket.destroy();
    else if (request.method === 'OPTIONS') answerPreflight(slot, request, response);
    else void take(slot, { path: pathname.slice(path.length), request, response });
    return true;
  };

  return { open, serve };
}

function answerPreflight(slot, request, response) {
  slot.preflights += 1;
  slot.bytes += headBytes(request);
  response.writeHead(204, {
    ...cors(request),
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
  response.end();
}

async function take(slot, { path, request, response }) {
  const chunks = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // The page is gone in the middle of its body: nothing was received.
    return;
  }
  const body = Buffer.concat(chunks);
  const ids = idsIn(body);
  if (ids.length > 0) {
    slot.requests += 1;
    slot.bytes += headBytes(request) + body.length;
  }
  // A collector may have gone down while the body was coming.
  if (slot.state === 'down') {
    request.socket.destroy();
    return;
  }
  const yes = answerTo(path, { ids, bytes: body.length });
  if (slot.state === 'up' && yes) {
    for (const id of ids) slot.copies.set(id, (slot.copies.get(id) ?? 0) + 1);
  }
  const { status, type, body: text } = slot.state === 'busy' ? BUSY : (yes ?? UNKNOWN);
  response.writeHead(status, { ...cors(request), 'content-type': type });
  response.end(text);
}

const BUSY = { status: 503, type: 'text/plain', body: '' };
const UNKNOWN = { status: 404, type: 'text/plain', body: '' };

/** A vendor's server lets any page in; with cookies it must name the page. */
function cors({ headers }) {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-credentials': 'true',
    'cross-origin-resource-policy': 'cross-origin',
  };
}

/** Request line and headers as they came, in HTTP/1.1. */
function headBytes({ method, url, rawHeaders }) {
  let bytes = `${method} ${url} HTTP/1.1\r\n\r\n`.length;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    bytes += rawHeaders[index].length + rawHeaders[index + 1].length + ': \r\n'.length;
  }
  return bytes;
}
