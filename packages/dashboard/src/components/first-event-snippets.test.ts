import { describe, expect, it } from 'vitest';
import { firstEventSnippets } from './first-event-snippets.js';

describe('given a session', () => {
  const { sdk, curl } = firstEventSnippets({
    project: { id: 'shop', name: 'Shop' },
    write_key: 'px_wk_1',
    endpoint: 'http://localhost:4318/',
    shop_url: null,
  });

  it('makes a curl whose body is one event', () => {
    const body = JSON.parse(/-d '(.*)'$/s.exec(curl)![1]!) as unknown;
    expect(body).toEqual({
      events: [{ event: 'user_action', user_id: 'ana', properties: { plan: 'pro' } }],
    });
    expect(curl).toContain('curl http://localhost:4318/v1/batch \\\n');
    expect(curl).toContain("'Authorization: Bearer px_wk_1'");
  });

  it('makes a snippet that names the key, the project and the collector', () => {
    expect(sdk).toContain(
      "apiKey: 'px_wk_1',\n  projectId: 'shop',\n  endpoint: 'http://localhost:4318',",
    );
  });
});
