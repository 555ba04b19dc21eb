import { UsageError } from '../config.js';

/**
 * Works with a server for a person at a terminal: what fails is told with the server's address, without its password, and
 * the variable that names it.
 */
export async function atServer<T>(
  { server, variable, address }: { server: string; variable: string; address: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new UsageError(
      `${server} at ${withoutPassword(address)}: ${reason.split('\n')[0]}\n  Is it running, and is ${variable} right?`,
      { cause },
    );
  }
}

function withoutPassword(address: string): string {
  return address.replace(/(:\/\/[^:/@]*:)[^@]*@/, '$1…@');
}
