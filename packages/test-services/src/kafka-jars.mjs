import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config } from './config.mjs';
import { findProgram } from './find-program.mjs';

/** The broker that tests run. Its jars come from Maven, once for all clones on a machine. */
const VERSION = '4.4.0';
const SLF4J_VERSION = '1.7.36';

/** The folder of the broker's jars; fetched if need be. Null without Maven to fetch them. */
export function kafkaJars() {
  const dir = join(config.cacheDir, `kafka-${VERSION}`);
  if (existsSync(dir)) return dir;
  const maven = findProgram(['mvn']);
  if (maven === null) return null;
  console.log(`px test: Apache Kafka ${VERSION} is not here yet. Fetching it with Maven…`);
  // Made elsewhere and moved: two test files may look at once, and half a broker does not run.
  const making = `${dir}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  try {
    writeFileSync(join(making, 'pom.xml'), POM);
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime'];
    const { status, stdout, stderr } = spawnSync(maven, [...args, '-DoutputDirectory=.'], {
      cwd: making,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`Maven could not fetch Apache Kafka:\n${stdout}${stderr}`);
    if (!existsSync(dir)) renameSync(making, dir);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return dir;
}

const dependency = (group, artifact, version) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>px</groupId>
  <artifactId>test-kafka</artifactId>
  <version>1</version>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', VERSION)}
    ${dependency('org.slf4j', 'slf4j-simple', SLF4J_VERSION)}
  </dependencies>
</project>
`;
