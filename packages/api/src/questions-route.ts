import type { RequestHandler } from 'express';
import { analyses, QuestionError } from '@px-platform/insights';
import type { EventStore } from '@px-platform/store';
import { ApiError } from './errors.js';
import { scopeOf } from './grant.js';

/** `GET /v1/questions`: what can be asked. */
export const listQuestions: RequestHandler = (_request, response) => {
  response.json({
    questions: analyses.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    })),
  });
};

/** `GET /v1/questions/<name>?…`: asks it. */
export function askQuestion({
  eventStore,
  clock,
}: {
  readonly eventStore: Pick<EventStore, 'query' | 'samePerson'>;
  readonly clock: () => number;
}): RequestHandler<{ readonly name: string }> {
  return async (request, response) => {
    const analysis = analyses.find(({ name }) => name === request.params.name);
    if (!analysis) {
      throw new ApiError(
        'not_found',
        `there is no question ${JSON.stringify(request.params.name.slice(0, 60))}. GET /v1/questions lists them.`,
      );
    }
    const startedAt = performance.now();
    const input = readInput(request.query, analysis.parameters);
    const answer = await analysis
      .ask({ eventStore, scope: scopeOf(request, response), input, now: clock() })
      .catch((error: unknown) => {
        throw error instanceof QuestionError
          ? new ApiError('invalid_question', error.message)
          : error;
      });
    response.json({
      question: analysis.name,
      ...answer,
      elapsed_ms: Math.round((performance.now() - startedAt) * 10) / 10,
    });
  };
}

function readInput(
  query: Readonly<Record<string, unknown>>,
  parameters: Readonly<Record<string, string>>,
): Record<string, string> {
  const input: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (name === 'project') continue;
    if (!Object.hasOwn(parameters, name) || typeof value !== 'string') {
      throw new ApiError(
        'invalid_question',
        `${JSON.stringify(name.slice(0, 60))} is not a parameter of this question (or was given twice). It takes ${Object.keys(parameters).join(', ')}.`,
      );
    }
    input[name] = value;
  }
  return input;
}
