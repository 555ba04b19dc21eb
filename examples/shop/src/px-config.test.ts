import { describe, expect, it } from 'vitest';
import { readPxConfig } from './px-config.js';

describe('readPxConfig', () => {
  it('reads a key, a project and the live page', () => {
    const config = { apiKey: 'pk_1', projectId: 'p_1', liveUrl: 'http://localhost:8788/' };
    expect(readPxConfig(config)).toEqual(config);
  });

  it('is null when the server gave nothing or half of it', () => {
    for (const value of [
      undefined,
      null,
      'pk_1',
      {},
      { apiKey: 'pk_1' },
      { apiKey: '', projectId: 'p' },
    ]) {
      expect(readPxConfig(value)).toBeNull();
    }
  });

  it('never lets a script address become a link', () => {
    expect(readPxConfig({ apiKey: 'k', projectId: 'p', liveUrl: 'javascript:alert(1)' })).toEqual({
      apiKey: 'k',
      projectId: 'p',
    });
  });
});
