// Part of the build: uap-core's rules as JSON, which is read in no time; its YAML takes a third of a second.
import { writeFile } from 'node:fs/promises';
import { parseRules } from '../dist/user-agent.js';

await writeFile(
  new URL('../dist/user-agent-rules.json', import.meta.url),
  JSON.stringify(parseRules()),
);
