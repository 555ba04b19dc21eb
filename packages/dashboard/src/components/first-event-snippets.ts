import type { Session } from '../api/api-client.js';

/** What to paste to send a first event: from a page, and from a terminal. */
export function firstEventSnippets(session: Session): {
  readonly sdk: string;
  readonly curl: string;
} {
  const { write_key: key, project, endpoint } = session;
  const base = endpoint.replace(/\/+$/, '');
  return {
    sdk: `import PX from '@px-platform/sdk';

PX.init({
  apiKey: '${key}',
  projectId: '${project.id}',
  endpoint: '${base}',
});

PX.track('user_action', { plan: 'pro' });`,
    curl: `curl ${base}/v1/batch \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -d '{ "events": [{
    "event": "user_action",
    "user_id": "ana",
    "properties": { "plan": "pro" }
  }] }'`,
  };
}
