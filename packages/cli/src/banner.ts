import type { DevProject } from './dev-project.js';

/** What a person needs in the first minute, and nothing else. */
export function banner({
  project,
  url,
  shopUrl,
  dataDir,
  startedInMs,
}: {
  readonly project: DevProject;
  readonly url: string;
  readonly shopUrl: string | null;
  readonly dataDir: string;
  readonly startedInMs: number;
}): string {
  const lines = [
    '',
    `  PX is ready (${(startedInMs / 1_000).toFixed(1)} s)`,
    '',
    `  Live page   ${url}`,
    ...(shopUrl ? [`  Shop        ${shopUrl}   click around in it and watch the live page`] : []),
    `  Write key   ${project.write_key}   project ${project.id}`,
    '',
    '  Put this in a page of your own:',
    `    <script src="${url}/px.js"></script>`,
    `    <script>PX.init({ apiKey: '${project.write_key}', projectId: '${project.id}', endpoint: '${url}' })</script>`,
    '',
    '  Send an event from anywhere:',
    `    curl ${url}/v1/batch -H 'x-api-key: ${project.write_key}' \\`,
    `      -d '{"events":[{"event":"hello","user_id":"you"}]}'`,
    '',
    '  Ask a question:',
    `    curl '${url}/v1/questions/event-count?event=signup_step_failed&by=step' \\`,
    `      -H 'authorization: Bearer ${project.secret_key}'`,
    '',
    `  Everything is kept in ${dataDir}. Ctrl-C stops; --reset starts clean.`,
    '',
  ];
  return lines.join('\n');
}
