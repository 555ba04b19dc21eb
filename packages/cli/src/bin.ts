#!/usr/bin/env node
import { DirectoryInUseError } from '@px-platform/store';
import { DEV_USAGE, readDevConfig, UsageError } from './config.js';

const USAGE = `px: PX Platform on your own machine.

  px dev [options]   everything in one process, on embedded engines (px dev --help)
`;

const [command, ...args] = process.argv.slice(2);

try {
  if (command === 'dev') {
    const config = readDevConfig(args);
    if (config === 'help') console.log(DEV_USAGE);
    else {
      // Loaded only now: the engines take longer to load than a usage text should take to print.
      const { runDev } = await import('./run-dev.js');
      await runDev(config);
    }
  } else if (command === undefined || command === '--help' || command === '-h') {
    console.log(USAGE);
  } else {
    throw new UsageError(`px: there is no command ${JSON.stringify(command)}.\n\n${USAGE}`);
  }
} catch (error) {
  // Both say what to do; a stack would only hide it.
  if (!(error instanceof UsageError) && !(error instanceof DirectoryInUseError)) throw error;
  console.error(`\n  ${error.message}\n`);
  process.exitCode = 1;
}
