import { describe, expect, it } from 'vitest';
import { completeLockfile, missingOptional } from './lockfile.mjs';

const lock = (optionalDependencies, packages = {}) => ({
  name: 'root',
  packages: { 'node_modules/tool': { version: '1.0.0', optionalDependencies }, ...packages },
});

const added = (name, version = '1.0.0') =>
  completeLockfile(lock({ [name]: version })).packages[`node_modules/${name}`];

describe('what a lockfile lacks', () => {
  it('is what is promised and held at no level from there up', () => {
    expect(missingOptional(lock({ 'tool-linux-x64': '1.0.0' }))).toEqual([
      { name: 'tool-linux-x64', version: '1.0.0', wantedBy: 'node_modules/tool' },
    ]);
    for (const place of ['node_modules/', 'node_modules/tool/node_modules/']) {
      const held = { [`${place}tool-linux-x64`]: { version: '1.0.0' } };
      expect(missingOptional(lock({ 'tool-linux-x64': '1.0.0' }, held)), place).toEqual([]);
    }
    const elsewhere = { 'node_modules/other/node_modules/tool-linux-x64': { version: '1.0.0' } };
    expect(missingOptional(lock({ 'tool-linux-x64': '1.0.0' }, elsewhere))).toHaveLength(1);
  });

  it('is looked for from nested packages up to the root', () => {
    const nested = {
      'packages/a/node_modules/deep': {
        version: '2.0.0',
        optionalDependencies: { 'deep-darwin-x64': '2.0.0' },
      },
      'node_modules/deep-darwin-x64': { version: '2.0.0' },
    };
    expect(missingOptional(lock({}, nested))).toEqual([]);
  });
});

describe('completing', () => {
  it.each([
    ['@a/binding-darwin-arm64', { cpu: ['arm64'], os: ['darwin'] }],
    ['@a/binding-linux-x64-gnu', { cpu: ['x64'], libc: ['glibc'], os: ['linux'] }],
    ['@a/binding-linux-arm-musleabihf', { cpu: ['arm'], libc: ['musl'], os: ['linux'] }],
    ['@a/windows-64', { cpu: ['x64'], os: ['win32'] }],
    ['@a/linux-arm64', { cpu: ['arm64'], os: ['linux'] }],
    ['@a/win32-ia32-msvc', { cpu: ['ia32'], os: ['win32'] }],
    ['@a/binding-wasm32-wasi', { cpu: ['wasm32'] }],
  ])('reads the platform off the name (%s)', (name, platform) => {
    expect(added(name)).toEqual({ version: '1.0.0', optional: true, ...platform });
  });

  it('never guesses: a range, or a name without a platform, stays missing', () => {
    expect(added('@a/binding-linux-x64-gnu', '^1.0.0')).toBeUndefined();
    expect(added('fsevents')).toBeUndefined();
  });

  it('keeps what is there, in order, and has nothing to add the second time', () => {
    const once = completeLockfile(lock({ 'tool-linux-x64': '1.0.0', 'a-darwin-x64': '1.0.0' }));
    expect(Object.keys(once.packages)).toEqual([
      'node_modules/a-darwin-x64',
      'node_modules/tool',
      'node_modules/tool-linux-x64',
    ]);
    expect(completeLockfile(once)).toEqual(once);
  });
});
