#!/usr/bin/env node
import { DirectoryInUseError } from '@px-platform/store';
import { DEV_USAGE, readDevConfig, UsageError } from './config.js';
import { CODEGEN_USAGE, readCodegenConfig } from './codegen/config.js';
import { DEAD_USAGE, readDeadConfig } from './dead/config.js';
import { IMPORT_USAGE, readImportConfig } from './import/config.js';
import { readSchemaConfig, SCHEMA_USAGE } from './schema/config.js';
import { KEYS_USAGE, SERVICE_USAGE } from './services/config.js';
import { readSessionizeConfig, SESSIONIZE_USAGE } from './sessionize/config.js';

interface Command {
  readonly summary: string;
  readonly usage: string;
  /** Loads what it needs only then: the engines take longer to load than a usage text should take to print. */
  readonly run: (args: readonly string[]) => Promise<void>;
}

/** THE list of commands. */
const COMMANDS: Readonly<Record<string, Command>> = {
  dev: {
    summary: 'everything in one process, on embedded engines',
    usage: DEV_USAGE,
    async run(args) {
      const config = readDevConfig(args);
      if (config === 'help') console.log(DEV_USAGE);
      else await (await import('./run-dev.js')).runDev(config);
    },
  },
  collector: {
    summary: 'takes batches from SDKs, and answers once Kafka has them',
    usage: SERVICE_USAGE,
    run: async () => (await import('./services/collector.js')).runCollector(),
  },
  processor: {
    summary: 'carries events from Kafka into ClickHouse, Postgres and Redis',
    usage: SERVICE_USAGE,
    run: async () => (await import('./services/processor.js')).runProcessor(),
  },
  api: {
    summary: 'answers questions, and serves the dashboard',
    usage: SERVICE_USAGE,
    run: async () => (await import('./services/api.js')).runApi(),
  },
  migrate: {
    summary: 'topics and tables that are missing; safe to repeat',
    usage: SERVICE_USAGE,
    run: async () => (await import('./services/migrate.js')).runMigrate(),
  },
  keys: {
    summary: 'a project and its keys',
    usage: KEYS_USAGE,
    run: async (args) => (await import('./services/keys.js')).runKeys(args),
  },
  schema: {
    summary: 'a tracking plan as files: pull, push, check',
    usage: SCHEMA_USAGE,
    async run(args) {
      const isFine = await (
        await import('./schema/run-schema.js')
      ).runSchema(readSchemaConfig(args));
      if (!isFine) process.exitCode = 1;
    },
  },
  codegen: {
    summary: 'flags, experiments and planned events as TypeScript',
    usage: CODEGEN_USAGE,
    async run(args) {
      const isFine = await (
        await import('./codegen/run-codegen.js')
      ).runCodegen(readCodegenConfig(args));
      if (!isFine) process.exitCode = 1;
    },
  },
  sessionize: {
    summary: 'the sessions of an export, found as the processor finds them',
    usage: SESSIONIZE_USAGE,
    async run(args) {
      const config = readSessionizeConfig(args);
      const { runSessionize } = await import('./sessionize/run-sessionize.js');
      const isWhole = await runSessionize(config, {
        print: (line) => process.stdout.write(`${line}\n`),
        complain: (line) => console.error(`px sessionize: ${line}`),
      });
      if (!isWhole) process.exitCode = 1;
    },
  },
  import: {
    summary: 'history from files: our own events, Segment, PostHog, access logs',
    usage: IMPORT_USAGE,
    async run(args) {
      const { importUntilStopped } = await import('./import/import-until-stopped.js');
      process.exitCode = await importUntilStopped(readImportConfig(args));
    },
  },
  dead: {
    summary: 'events that could not be stored: list, show, replay',
    usage: DEAD_USAGE,
    async run(args) {
      const isFine = await (await import('./dead/run-dead.js')).runDead(readDeadConfig(args));
      if (!isFine) process.exitCode = 1;
    },
  },
};

const USAGE = `px: PX Platform, on one machine or on many.

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  px ${name.padEnd(11)}${summary}`)
  .join('\n')}

  px <command> --help says more.
`;

const [name, ...args] = process.argv.slice(2);

try {
  // By own names only: `px constructor` is no command.
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (name === undefined || name === '--help' || name === '-h') console.log(USAGE);
  else if (!command)
    throw new UsageError(`px: there is no command ${JSON.stringify(name)}.\n\n${USAGE}`);
  else if (args.includes('--help') || args.includes('-h')) console.log(command.usage);
  else await command.run(args);
} catch (error) {
  // Both say what to do; a stack would only hide it.
  if (!(error instanceof UsageError) && !(error instanceof DirectoryInUseError)) throw error;
  console.error(`\n  ${error.message}\n`);
  process.exitCode = 1;
}
