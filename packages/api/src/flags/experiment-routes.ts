import type { Request, RequestHandler, Response } from 'express';
import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import { startExperiment, stopExperiment } from '@px-platform/protocol/definitions';
import type { FlagCatalog } from '@px-platform/store';
import { invalid } from '../errors.js';
import { grantOf, scopeOf } from '../grant.js';
import { bodyOf, refuseOthers, shown } from '../json-body.js';
import { answerOf, findStored, keyOf, readChange } from './definition-routes.js';

/** What an experiment has beside what every definition has. */
export interface ExperimentRoutes {
  readonly start: RequestHandler;
  readonly stop: RequestHandler;
}

type Body = Readonly<Record<string, unknown>>;

export function experimentRoutes({
  flags,
  clock,
}: {
  readonly flags: FlagCatalog;
  readonly clock: () => number;
}): ExperimentRoutes {
  /** A new version, made from the one that counts. */
  const change = async (
    request: Request,
    response: Response,
    next: (experiment: ExperimentDefinition, body: Body) => ExperimentDefinition,
  ) => {
    const scope = scopeOf(request, response);
    const key = keyOf(request);
    const body = request.body === undefined ? {} : bodyOf(request);
    const { basedOn, comment } = readChange(body);
    const named = { kind: 'experiment', key } as const;
    const current = await findStored(flags, scope, named);
    const done = await flags.put(scope, {
      ...named,
      definition: next(current.definition, body),
      basedOn: basedOn ?? current.version,
      by: grantOf(response).by,
      ...(comment !== undefined && { comment }),
    });
    response.json(await answerOf(flags, scope, { done, ...named }));
  };

  return {
    start: (request, response) =>
      change(request, response, (experiment, body) => {
        const { based_on: _base, comment: _comment, reshuffle = false, ...others } = body;
        refuseOthers(others, ['reshuffle', 'based_on', 'comment']);
        if (typeof reshuffle !== 'boolean')
          throw invalid(`"reshuffle" is true or false; received ${shown(reshuffle)}`);
        if (experiment.status === 'running' && !reshuffle)
          throw invalid(
            'the experiment is running. Stop it first, or send "reshuffle": true to deal anew',
          );
        return startExperiment(experiment, { now: clock(), reshuffle });
      }),
    stop: (request, response) =>
      change(request, response, (experiment, body) => {
        const { based_on: _base, comment: _comment, winner, ...others } = body;
        refuseOthers(others, ['winner', 'based_on', 'comment']);
        if (winner !== undefined && typeof winner !== 'string')
          throw invalid(`"winner" is the name of a variant; received ${shown(winner)}`);
        if (experiment.status === 'draft') throw invalid('the experiment was never started');
        return stopExperiment(experiment, {
          now: clock(),
          ...(winner !== undefined && { winner }),
        });
      }),
  };
}
