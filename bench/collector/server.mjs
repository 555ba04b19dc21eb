// What the collector is measured beside, as a process: `node server.mjs ceiling|express`. Told KAFKA_BROKERS by the environment;
// prints its port; tells what it costs at /metrics, as the collector does.
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import express from 'express';
import { collectDefaultMetrics, register } from 'prom-client';
import { createKafkaEventLog } from '@px-platform/store/kafka';

const log = { info() {}, warn() {}, error() {} };
const eventLog = createKafkaEventLog({ brokers: process.env.KAFKA_BROKERS.split(','), log });
collectDefaultMetrics();

const handle = { ceiling, express: bareExpress }[process.argv[2]]();
const server = createServer((request, response) => {
  if (request.url !== '/metrics') return handle(request, response);
  void register.metrics().then((text) => response.end(text));
});
while (!eventLog.isReady()) await new Promise((resolve) => setTimeout(resolve, 50));
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

/** What no collector of this wire in this runtime can do without: read, inflate, parse, produce, answer. */
function ceiling() {
  return async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { events } = JSON.parse(gunzipSync(Buffer.concat(chunks), { chunkSize: 1 << 17 }));
    await eventLog.append(
      'events_raw',
      events.map((event) => ({ key: event.anonymous_id, value: event })),
    );
    response.end(`{"accepted":${events.length}}`);
  };
}

/** A route that parses, and keeps nothing. */
function bareExpress() {
  const app = express();
  app.post('/v1/batch', express.json({ limit: '5mb', type: () => true }), ({ body }, response) => {
    response.json({ accepted: body.events.length });
  });
  return app;
}
