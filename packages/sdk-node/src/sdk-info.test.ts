import { expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { SDK_INFO } from './sdk-info.js';

it('names this package and its version', () => {
  expect(SDK_INFO).toEqual({ name: manifest.name, version: manifest.version });
});
