import { RUNTIME_ATTRIBUTES } from '@px-platform/protocol/definitions';
import { describe, expect, it } from 'vitest';
import { attributeHint } from './attribute-hints.js';

describe('given an attribute', () => {
  it.each(RUNTIME_ATTRIBUTES)('has words for %s', (name) => {
    expect(attributeHint(name)).not.toBeNull();
  });

  it('has them for what is within one, and none for what is the project’s own', () => {
    expect(attributeHint('$session_events.add_to_cart')).toContain('this visit');
    for (const name of ['plan', 'constructor', '', 'visits'])
      expect(attributeHint(name)).toBeNull();
  });
});
