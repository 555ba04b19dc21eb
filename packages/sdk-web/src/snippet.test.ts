/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SNIPPET } from './snippet.js';

it('stands in the manual as it is', () => {
  const manual = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(manual).toContain(SNIPPET);
});
