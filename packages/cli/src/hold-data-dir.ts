import { acquirePidLock } from '@px-platform/store';
import { UsageError } from './config.js';

/** Takes the data folder for this process, or says in words why it cannot be had. */
export async function holdDataDir(dataDir: string): Promise<() => unknown> {
  try {
    return await acquirePidLock(dataDir);
  } catch (error) {
    // Only the file system's own refusals carry a system call: a folder that is read-only, full, or a file.
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new UsageError(
      `The data folder ${dataDir} cannot be used: ${error.message}. Choose another: npm start -- --data <folder>`,
    );
  }
}
