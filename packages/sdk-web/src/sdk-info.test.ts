import { expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { SDK_INFO } from './sdk-info.js';

it('is what package.json says', () => {
  expect(SDK_INFO).toEqual({ name: manifest.name, version: manifest.version });
});
