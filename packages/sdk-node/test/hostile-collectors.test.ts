import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openChildren, type Children } from './spawn-child.js';

/** What a collector does to whoever connects. `asked`: a whole request has come, as far as a space between head and body tells. */
type Hostility = (socket: Socket) => void;

let children: Children;
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  children = await openChildren();
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});
afterAll(() => children.close());

const listen = async (hostility: Hostility): Promise<number> => {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    hostility(socket);
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
/** Says so for each piece of a request: one too many is hostile, too. */
const say =
  (text: string | Buffer, isLast = false): Hostility =>
  (socket) =>
    socket.on('data', () => (isLast ? socket.end(text) : socket.write(text)));
const answer = (body: string, head = `content-length: ${Buffer.byteLength(body)}\r\n`) =>
  `HTTP/1.1 200 OK\r\n${head}\r\n${body}`;
/** Writes without end, as fast as it is read. */
const flood =
  (head: string, piece: string): Hostility =>
  (socket) =>
    socket.once('data', () => {
      socket.write(head);
      const more = () => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    });
const drip =
  (text: string): Hostility =>
  (socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 20);
    socket.on('close', () => clearInterval(timer));
  };

const GOOD = '{"accepted":10,"received_at":1,"skew_ms":0,"results":[]}';
const HUGE = gzipSync(Buffer.alloc(64 * 1_024 * 1_024));
const zipped = (body: Buffer) =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);

const HOSTILITIES: Readonly<Record<string, Hostility>> = {
  'resets what connects': (socket) => void socket.resetAndDestroy(),
  'hangs up at a request': (socket) => void socket.once('data', () => socket.destroy()),
  'never answers': () => {},
  'answers a letter at a time': drip(answer(' '.repeat(10_000))),
  'speaks garbage': say('\0\xff\x01garbage\r\n\r\n'),
  'speaks another protocol': say('220 mail.example ESMTP\r\n'),
  'is gone within the head': say('HTTP/1.1 200 OK\r\ncontent-le', true),
  'is gone within the body': say(answer('{"accepted":', 'content-length: 500\r\n'), true),
  'is gone within a chunk': say(
    answer('ff\r\n{"accepted":', 'transfer-encoding: chunked\r\n'),
    true,
  ),
  'ends half a body as if it were whole': say(answer(GOOD.slice(0, 30))),
  'says too much length': say(answer(GOOD, 'content-length: 5000\r\n')),
  'says too little length': say(answer(GOOD, 'content-length: 5\r\n')),
  'says two lengths': say(answer(GOOD, 'content-length: 5\r\ncontent-length: 9\r\n')),
  'has no end': flood(answer('{"accepted":10,"results":[', ''), 'null,'.repeat(10_000)),
  'has no end of heads': flood('HTTP/1.1 200 OK\r\n', `x-more: ${'x'.repeat(1_000)}\r\n`),
  'has no end of hints': flood('', 'HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n'),
  'unpacks to far more than it is': say(zipped(HUGE)),
  'is no gzip': say(zipped(Buffer.from('garbage'))),
  redirects: say('HTTP/1.1 307 See\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
  upgrades: say('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  'has nothing to say': say('HTTP/1.1 204 No Content\r\n\r\n'),
  'says null': say(answer('null')),
  'answers in another shape': say(answer('{"accepted":10,"results":[null]}')),
  'asks for nonsense': say('HTTP/1.1 429 x\r\nretry-after: -1e999\r\ncontent-length: 2\r\n\r\n{}'),
};

it('given collectors of every hostility, it throws nothing, keeps every event in its books, and lets the process end', async () => {
  const endpoints: Record<string, string> = { 'is not there': 'http://127.0.0.1:1' };
  for (const [name, hostility] of Object.entries(HOSTILITIES))
    endpoints[name] = `http://127.0.0.1:${await listen(hostility)}`;
  endpoints['speaks no TLS'] = `https://127.0.0.1:${await listen(say(answer(GOOD)))}`;
  endpoints['is silent about TLS'] = `https://127.0.0.1:${await listen(() => {})}`;
  endpoints['has no name'] = 'http://px.invalid';

  const child = children.start('suffers', { endpoints });
  expect(await child.ended).toBe(0);
  const fared = child.lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(fared.map(({ name }) => name)).toEqual(Object.keys(endpoints));
  for (const { name, status, ...books } of fared) {
    expect(books, String(name)).toEqual({ accepted: 20, delivered: 0, pending: 20, dropped: {} });
    expect(['error', 'loading'], String(name)).toContain(status);
  }
}, 60_000);
