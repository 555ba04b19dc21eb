import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { list, read, readYaml } from './files.mjs';

const FILES = ['api.Dockerfile', 'collector.Dockerfile', 'processor.Dockerfile'];
const instructionsOf = (text) =>
  DockerfileParser.parse(text)
    .getInstructions()
    .map((each) => each.toString());

describe('the Dockerfiles', () => {
  it('are one for each service', () => {
    expect(list('docker').filter((name) => name.endsWith('.Dockerfile'))).toEqual(FILES);
  });

  it.each(FILES)('%s has nothing that a linter minds', (name) => {
    expect(validate(read(`docker/${name}`))).toEqual([]);
    expect(validate('FORM node:22\nCMD node')).not.toEqual([]);
  });

  it('differ in what they run alone, so that all but the first are built from the cache', () => {
    const [api, collector, processor] = FILES.map((name) => instructionsOf(read(`docker/${name}`)));
    expect(api.pop()).toBe('CMD ["api"]');
    expect(collector.pop()).toBe('CMD ["collector"]');
    expect(processor.pop()).toBe('CMD ["processor"]');
    expect(collector).toEqual(api);
    expect(processor).toEqual(api);
  });

  it('run as nobody in particular, by exec, on a Node that is supported', () => {
    const lines = instructionsOf(read('docker/api.Dockerfile'));
    expect(lines).toContain('USER node');
    expect(lines).toContain('ENTRYPOINT ["px"]');
    expect(lines.filter((line) => line.startsWith('FROM'))).toEqual([
      'FROM node:22-bookworm-slim AS build',
      'FROM node:22-bookworm-slim',
    ]);
  });

  it('are those that compose.yaml builds', () => {
    const [{ services }] = readYaml('compose.yaml');
    const built = new Set(Object.values(services).flatMap(({ build }) => build?.dockerfile ?? []));
    expect(built).toEqual(new Set(FILES.map((name) => `deploy/docker/${name}`)));
  });
});
