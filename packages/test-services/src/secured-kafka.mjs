import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { freePort } from './free-port.mjs';
import { describeKafka, kafka } from './kafka.mjs';
import { serviceOpener } from './open-service.mjs';

const USER = { username: 'px', password: 'a secret of the tests' };

const securedKafka = {
  ...kafka,
  advice: `${kafka.advice}, and openssl`,
  packages: [...kafka.packages, 'openssl'],
  find() {
    const openssl = findProgram(['openssl']);
    const programs = openssl && kafka.find();
    return programs ? { ...programs, openssl } : null;
  },
  async describe({ programs, dir, port }) {
    const { ca, keyStore } = await makeCertificate(programs.openssl, dir);
    const scram = `SCRAM-SHA-512=[name=${USER.username},password=${USER.password}]`;
    const described = await describeKafka({
      programs,
      dir,
      port: await freePort(),
      securedListener: { port, properties: propertiesOf(keyStore) },
      formatArgs: [`--add-scram=${scram}`, `--add-scram=${scram.replace('512', '256')}`],
    });
    return { ...described, url: `localhost:${port}`, client: { ca, user: USER } };
  },
};

export const openSecuredKafka = serviceOpener(securedKafka);

/** A certificate that vouches for itself, for `localhost`; and the file that the broker reads. */
async function makeCertificate(openssl, dir) {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(dir, name));
  const args =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  const { status, stderr } = spawnSync(
    openssl,
    [...args.split(' '), '-keyout', key, '-out', certificate],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`openssl made no certificate:\n${stderr}`);
  const ca = await readFile(certificate, 'utf8');
  const keyStore = join(dir, 'keystore.pem');
  await writeFile(keyStore, (await readFile(key, 'utf8')) + ca);
  return { ca, keyStore };
}

function propertiesOf(keyStore) {
  const login = 'org.apache.kafka.common.security';
  const plain = `${login}.plain.PlainLoginModule required user_${USER.username}="${USER.password}";`;
  const scram = `${login}.scram.ScramLoginModule required;`;
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStore,
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secured.plain.sasl.jaas.config': plain,
    'listener.name.secured.scram-sha-256.sasl.jaas.config': scram,
    'listener.name.secured.scram-sha-512.sasl.jaas.config': scram,
  };
}
