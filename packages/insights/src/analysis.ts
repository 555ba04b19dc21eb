import type { EventStore } from '@px-platform/store';

/** Whose events a question may see. Always from the key, never from the question. */
export interface Scope {
  readonly tenant_id: string;
  readonly project_id: string;
}

/** What a question is asked with. */
export interface Asking {
  readonly eventStore: Pick<EventStore, 'query' | 'samePerson'>;
  readonly scope: Scope;
  /** The question's own parameters, as text. */
  readonly input: Readonly<Record<string, string>>;
  /** Server clock, epoch milliseconds. */
  readonly now: number;
}

/** One question PX can answer: a name, what it takes, and its answer from the event store. */
export interface Analysis {
  readonly name: string;
  /** One sentence for the list of questions. */
  readonly description: string;
  /** Parameters by name, each with what it means and its default. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Throws {@link QuestionError} when the input makes no sense. */
  ask(asking: Asking): Promise<object>;
}

/** A question that cannot be answered as asked. `message` says what was received and what to do. */
export class QuestionError extends Error {
  readonly code = 'invalid_question';
  constructor(message: string) {
    super(message);
    this.name = 'QuestionError';
  }
}
