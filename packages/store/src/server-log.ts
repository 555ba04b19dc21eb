/** What a server room writes to: pino's shape, narrowed. The first argument carries the facts. */
export interface ServerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
