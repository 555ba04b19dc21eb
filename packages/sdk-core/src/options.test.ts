import { describe, expect, it } from 'vitest';
import { explain } from './explain.js';
import { parseOptions } from './options.js';

const parse = (input: unknown) => {
  const { options, problems } = parseOptions(input, { endpoint: '/px' });
  return { options, problems: problems.map(([kind, ...values]) => explain(kind, values).join()) };
};
const KEY = { apiKey: 'px_key', projectId: 'shop' };

describe('given options', () => {
  it('completes them with the defaults', () => {
    expect(parse(KEY)).toEqual({
      problems: [],
      options: {
        ...KEY,
        endpoint: '/px',
        bufferSize: 50,
        flushIntervalMs: 3_000,
        compression: 'gzip',
        sessionTimeoutMs: 1_800_000,
        maxQueueEvents: 10_000,
        maxQueueBytes: 10_485_760,
        consent: 'granted',
        respectSignals: true,
        redact: true,
        plugins: [],
        debug: false,
      },
    });
  });

  it('takes what it is given', () => {
    const { options, problems } = parse({
      ...KEY,
      bufferSize: 100,
      flushInterval: 5_000,
      compression: 'none',
      endpoint: 'https://px.example.com/in/',
    });
    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      bufferSize: 100,
      flushIntervalMs: 5_000,
      compression: 'none',
      endpoint: 'https://px.example.com/in',
    });
  });

  it.each([
    ['bufferSize', 0, 50],
    ['bufferSize', '100', 50],
    ['flushInterval', Number.NaN, 3_000],
    ['compression', 'brotli', 'gzip'],
    ['consent', 'yes', 'granted'],
    ['endpoint', 'px.example.com', '/px'],
    ['consent', { tracking: 'granted' }, 'granted'],
    ['respectSignals', 'no', true],
    ['redact', 'all', true],
    ['redact', { patterns: 'secret' }, true],
    ['redact', { patterns: ['secret'] }, true],
    ['plugins', {}, []],
    ['debug', 'true', false],
  ])('names %s, the value %j and the default it uses instead', (name, value, fallback) => {
    const { options, problems } = parse({ ...KEY, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`option ${name}`);
    expect(problems[0]).toContain(typeof value === 'string' ? JSON.stringify(value) : 'cannot be');
    expect(options![name === 'flushInterval' ? 'flushIntervalMs' : (name as 'bufferSize')]).toEqual(
      fallback,
    );
  });

  it.each([
    undefined,
    null,
    'px_key',
    {},
    { apiKey: 'px_key' },
    { projectId: 'shop' },
    { apiKey: ' ', projectId: 7 },
  ])('cannot start with %j, and says what is missing', (input) => {
    const { options, problems } = parse(input);
    expect(options).toBeNull();
    expect(problems.join()).toMatch(/apiKey|projectId/);
  });
});
