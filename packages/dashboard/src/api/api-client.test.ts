import { describe, expect, it } from 'vitest';
import { ApiClientError, createApiClient, isSignedOut } from './api-client.js';

function answering(answer: () => Response | Promise<Response>, clock?: () => number) {
  const asked: string[] = [];
  const api = createApiClient({
    fetch: async (input) => {
      asked.push(input as string);
      return answer();
    },
    ...(clock ? { clock } : {}),
  });
  return { api, asked };
}

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as ApiClientError,
  );

describe('given the API', () => {
  it('asks for the day’s counts in the reader’s own day, below whatever path the page lives', async () => {
    const { api, asked } = answering(() => Response.json({ rows: [] }));
    await api.eventCount('a project', { timezone: 'America/Sao_Paulo' });
    expect(asked).toEqual([
      'v1/questions/event-count?project=a+project&since=today&by=event_name&timezone=America%2FSao_Paulo',
    ]);
  });

  it('passes on what the server said was wrong', async () => {
    const { api } = answering(() =>
      Response.json({ code: 'missing_key', message: 'no key was sent.' }, { status: 401 }),
    );
    const error = await caught(api.projects());
    expect(error).toMatchObject({ status: 401, code: 'missing_key', message: 'no key was sent.' });
    expect(isSignedOut(error)).toBe(true);
  });

  it('has words for an answer that is not the API’s', async () => {
    const { api } = answering(() => new Response('<html>', { status: 502 }));
    expect(await caught(api.projects())).toMatchObject({
      status: 502,
      message: 'The server answered 502.',
    });
    const page = answering(() => new Response('<html>'));
    expect(await caught(page.api.projects())).toBeInstanceOf(ApiClientError);
  });

  it('has words for no answer, which is not a matter of access', async () => {
    const { api } = answering(() => Promise.reject(new TypeError('fetch failed')));
    const error = await caught(api.projects());
    expect(error).toMatchObject({ status: 0, code: 'unreachable' });
    expect(isSignedOut(error)).toBe(false);
  });

  it('does without a session', async () => {
    const { api } = answering(() =>
      Response.json({ code: 'not_found', message: '' }, { status: 404 }),
    );
    expect(await api.session()).toBeNull();
  });

  it('learns the server’s clock from its answers, and passes over small differences', async () => {
    const now = Date.parse('2026-02-03T09:00:00Z');
    const withDate = (date: string) =>
      answering(
        () => Response.json({ projects: [] }, { headers: { date } }),
        () => now,
      ).api;
    const ahead = withDate('Tue, 03 Feb 2026 10:00:00 GMT');
    expect(ahead.serverNow()).toBe(now);
    await ahead.projects();
    expect(ahead.serverNow()).toBe(now + 3_600_000);
    const near = withDate('Tue, 03 Feb 2026 09:00:02 GMT');
    await near.projects();
    expect(near.serverNow()).toBe(now);
  });
});
