import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers } from './answers.mjs';
import { findProgram } from './find-program.mjs';
import { freePort } from './free-port.mjs';
import { kafkaJars } from './kafka-jars.mjs';
import { serviceOpener } from './open-service.mjs';

/** For a broker that starts quickly and shares two cores: 1.6 s on an idle machine. */
const JVM = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** `ApiVersions`, version 0, of nobody in particular: the least that a broker answers. */
const HELLO = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** An Apache Kafka broker that is its own controller (KRaft). */
export const kafka = {
  name: 'Kafka',
  variable: 'KAFKA_BROKERS',
  advice: 'install a Java runtime (17 or newer) and Maven, which fetches Apache Kafka',
  packages: ['default-jre-headless', 'maven'],
  find() {
    const java = findProgram(['java']);
    const jars = java && kafkaJars();
    return jars ? { java, jars } : null;
  },
  describe: describeKafka,
};

export const openKafka = serviceOpener(kafka);

/** How a broker is run; with `securedListener` it has one more, `{ port, properties }`, for clients over TLS with SASL. */
export async function describeKafka({
  programs: { java, jars },
  dir,
  port,
  securedListener,
  formatArgs = [],
}) {
  const file = join(dir, 'server.properties');
  const controllerPort = await freePort();
  await writeFile(file, propertiesOf({ dir, port, controllerPort, securedListener }));
  const jvm = [...JVM, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', `${jars}/*`];
  const id = randomBytes(16).toString('base64url');
  const format = ['kafka.tools.StorageTool', 'format', `--cluster-id=${id}`, '-c', file];
  const args = [...jvm, ...format, ...formatArgs];
  const { status, stderr } = spawnSync(java, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Kafka could not format its folder:\n${stderr}`);
  return {
    url: `127.0.0.1:${port}`,
    command: java,
    args: [...jvm, 'kafka.Kafka', file],
    isReady: () => answers(port, HELLO, /[^]/),
  };
}

const propertiesOf = ({ dir, port, controllerPort, securedListener: secured }) =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${secured ? `,SECURED://localhost:${secured.port}` : ''}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${secured ? `,SECURED://localhost:${secured.port}` : ''}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(dir, 'data'),
    'auto.create.topics.enable': false,
    // A killed broker may come back as soon as its session is over.
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    // A group of tests is complete as it begins.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    ...secured?.properties,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
