import { describe, expect, it } from 'vitest';
import { checker, read, readYaml, variablesRead } from './files.mjs';

const [compose] = readYaml('compose.yaml');
const { services } = compose;

describe('compose.yaml', () => {
  it('is what Compose’s specification allows', () => {
    expect(checker('compose-spec')(compose)).toEqual([]);
    expect(checker('compose-spec')({ services: { one: { imagee: 'x' } } })).not.toEqual([]);
  });

  it('has two collectors and two processors behind nginx, and each store', () => {
    expect(Object.keys(services).sort()).toEqual(
      'api clickhouse collector-1 collector-2 kafka migrate nginx postgres processor-1 processor-2 redis'.split(
        ' ',
      ),
    );
    const { environment } = services.nginx;
    const asked = new Set(read('nginx/px.conf.template').match(/(?<=\$\{)PX_[A-Z_0-9]+/g));
    for (const name of asked) expect(environment, name).toHaveProperty(name);
  });

  it('tells services only what they read', () => {
    const known = variablesRead();
    for (const name of ['collector-1', 'processor-2', 'api', 'migrate'])
      for (const variable of Object.keys(services[name].environment))
        expect(known, `${variable} of ${name}`).toContain(variable);
  });

  it('has no secret in it, and does not start without', () => {
    const text = read('compose.yaml');
    const asked = new Set(text.match(/(?<=\$\{)PX_[A-Z_]+PASSWORD(?=:\?)/g));
    expect(asked).toEqual(
      new Set(['PX_CLICKHOUSE_PASSWORD', 'PX_POSTGRES_PASSWORD', 'PX_REDIS_PASSWORD']),
    );
    expect(text).not.toMatch(/\$\{PX_[A-Z_]+PASSWORD(?!:\?)/);
    for (const name of asked) expect(read('.env.example')).toContain(`${name}=\n`);
  });

  it('waits for what it needs, and gives each service time to end', () => {
    for (const [name, { depends_on: needed = {} }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(needed)) {
        expect(services, `${other}, which ${name} needs`).toHaveProperty(other);
        if (condition === 'service_healthy')
          expect(
            services[other].healthcheck?.test,
            `${other} says whether it is well`,
          ).toBeTruthy();
      }
    }
    const { environment, stop_grace_period: grace } = services['collector-1'];
    expect(Number.parseInt(grace, 10) * 1_000).toBeGreaterThan(environment.PX_DRAIN_MS);
  });

  it('names the version of each image that is not built here', () => {
    for (const [name, { image, build }] of Object.entries(services))
      if (!build) expect(image, name).toMatch(/:\d+\.?\d/);
  });
});
