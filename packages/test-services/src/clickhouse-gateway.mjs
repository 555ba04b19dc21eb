/**
 * Speaks ClickHouse's HTTP interface in front of the engine as a library, as far as its JavaScript client needs: for machines
 * that have no ClickHouse server. A process of its own, so that it can be killed, stopped and brought back.
 *
 *   node clickhouse-gateway.mjs <port> <folder> <password>
 *
 * `POST /fault?kind=fail|lose|hang|garble&count=N` has the next N requests refused, or carried out with the
 * connection cut before the answer, or never answered, or broken off in the middle of the answer.
 */
import { createServer } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Session } from 'chdb';

const [port, dir, password] = process.argv.slice(2);
/** One statement at a time runs in a session, so that questions do not wait for inserts. */
const sessions = { writer: new Session(dir), reader: new Session(dir) };
// Parameters stand in the text of a statement here, and over HTTP they do not: what they take is not counted there.
for (const session of Object.values(sessions)) session.query('SET max_query_size = 100000000');
const queues = new Map();
const faults = [];

/** Said in the address for HTTP's own sake, and unknown to the engine. */
const NO_SETTINGS = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'default_format',
  'compress',
  'enable_http_compression',
  'wait_end_of_query',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
]);
const STATUS = new Map([
  ['516', 403],
  ['60', 404],
  ['62', 400],
  ['159', 408],
]);

const quote = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A session has settings for good; a request has its own, so each sets what it needs. */
function prefixOf(params) {
  const settings = [...params].filter(([name]) => !NO_SETTINGS.has(name));
  const database = params.get('database') ?? 'default';
  return [
    `USE ${database.replace(/\W/g, '')}`,
    ...settings.map(([name, value]) => `SET ${name.replace(/\W/g, '')} = ${valueOf(name, value)}`),
    '',
  ].join('; ');
}

const valueOf = (name, value) =>
  !name.startsWith('param_') && /^\d+(\.\d+)?$/.test(value) ? value : quote(value);

async function bodyOf(request) {
  const chunks = await request.toArray();
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** In turn: statements of one session do not overlap. */
function run(sql, format) {
  const name = /^\s*(SELECT|WITH|EXPLAIN|SHOW|EXISTS)\b/i.test(
    sql.replace(/^(?:(?:SET|USE) [^;]*; )*/, ''),
  )
    ? 'reader'
    : 'writer';
  const turn = (queues.get(name) ?? Promise.resolve()).then(() =>
    sessions[name].queryAsync(sql, { format }),
  );
  queues.set(
    name,
    turn.catch(() => {}),
  );
  return turn;
}

/** A statement and its parameters, where they are too long for an address; else null. */
async function formOf({ headers }, body) {
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return null;
  return new Response(body, { headers: { 'content-type': type } }).formData();
}

function isKnown({ headers }) {
  const basic = Buffer.from(/^Basic (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '', 'base64');
  const given = headers['x-clickhouse-key'] ?? basic.toString().split(':').slice(1).join(':');
  return given === (password ?? '');
}

function answerError(response, error) {
  const text = error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)/.exec(text)?.[1] ?? '1002';
  response.writeHead(STATUS.get(code) ?? 500, { 'X-ClickHouse-Exception-Code': code });
  response.end(`${text}\n`);
}

const server = createServer((request, response) => void answer(request, response));
server.listen(Number(port), '127.0.0.1');

async function answer(request, response) {
  const { pathname, searchParams: params } = new URL(request.url, 'http://localhost');
  if (pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const body = await bodyOf(request);
  const form = await formOf(request, body);
  for (const [name, value] of form ?? []) params.set(name, value);
  if (pathname === '/fault') {
    faults.push(...Array(Number(params.get('count') ?? 1)).fill(params.get('kind')));
    response.end();
    return;
  }
  if (!isKnown(request)) {
    answerError(
      response,
      'Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)',
    );
    return;
  }
  const fault = faults.shift();
  if (fault === 'fail') {
    answerError(response, 'Code: 252. DB::Exception: Too many parts (300). (TOO_MANY_PARTS)');
    return;
  }
  try {
    const query = params.get('query');
    const text =
      query === null || form ? (query ?? body.toString()) : `${query}\n${body.toString()}`;
    const result = await run(
      prefixOf(params) + text,
      params.get('default_format') ?? 'TabSeparated',
    );
    if (fault === 'hang') return;
    if (fault === 'lose') {
      request.socket.destroy();
      return;
    }
    const bytes = Buffer.from(result.bytes());
    const isPacked = params.get('enable_http_compression') === '1';
    response.writeHead(200, {
      'X-ClickHouse-Query-Id': params.get('query_id') ?? '',
      ...(isPacked && { 'content-encoding': 'gzip' }),
    });
    const out = isPacked ? gzipSync(bytes) : bytes;
    if (fault === 'garble') {
      response.write(out.subarray(0, out.length / 2), () => request.socket.destroy());
      return;
    }
    response.end(out);
  } catch (error) {
    answerError(response, error);
  }
}
