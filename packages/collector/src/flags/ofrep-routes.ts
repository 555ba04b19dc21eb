import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { JsonValue } from '@px-platform/protocol';
import {
  evaluate,
  type FlagContext,
  type FlagDocument,
  type Verdict,
} from '@px-platform/protocol/flags';
import { RequestError } from '../errors.js';
import { contextOf, readObject, withSegments } from './attributes.js';
import type { FlagDelivery } from './delivery.js';
import type { FlagRoute } from './flag-route.js';
import { isKnown } from './send-body.js';

/** The OpenFeature Remote Evaluation Protocol: verdicts for whatever SDK speaks it. */
export function ofrepRoutes({
  documents,
  findSegments,
  clock,
}: Pick<FlagDelivery, 'documents' | 'findSegments' | 'clock'>): readonly FlagRoute[] {
  const contextIn = async (request: Request): Promise<FlagContext> => {
    const { context = {} } = await readObject(request);
    if (typeof context !== 'object' || context === null || Array.isArray(context))
      throw new RequestError('invalid_request', '"context" is an object.');
    const { targetingKey, ...attributes } = context as Readonly<Record<string, unknown>>;
    return contextOf({ ...personOf(targetingKey, attributes), ...attributes }, clock());
  };
  return [
    {
      path: '/ofrep/v1/evaluate/flags/:flag',
      method: 'post',
      refuse,
      async handle({ request, response, grant }) {
        const flag = String(request.params['flag']);
        const said = await contextIn(request);
        const { document } = await documents.find(grant);
        const context = await withSegments(said, { document, grant, findSegments });
        const { status, body } = answerOf(document, flag, context);
        response.set('cache-control', 'no-store').status(status).json(body);
      },
    },
    {
      path: '/ofrep/v1/evaluate/flags',
      method: 'post',
      refuse,
      async handle({ request, response, grant }) {
        const said = await contextIn(request);
        const { document, revision } = await documents.find(grant);
        const context = await withSegments(said, { document, grant, findSegments });
        const flags = Object.keys(document.features).map(
          (flag) => answerOf(document, flag, context).body,
        );
        const body = JSON.stringify({ flags, metadata: { revision } });
        // By the answers themselves: they depend on the context and on the time, too.
        const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
        response.set({ etag, 'cache-control': 'no-cache' });
        if (isKnown(request, etag)) response.status(304).end();
        else response.status(200).type('json').send(body);
      },
    },
  ];
}

/** Who is meant: rules know people by `user_id` and `id`, and OpenFeature by a targeting key. */
function personOf(
  targetingKey: unknown,
  attributes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (targetingKey === undefined) return {};
  const isKnown = attributes['user_id'] !== undefined || attributes['anonymous_id'] !== undefined;
  return { id: targetingKey, ...(!isKnown && { user_id: targetingKey }) };
}

function answerOf(document: FlagDocument, key: string, context: FlagContext) {
  const verdict = evaluate(document, key, context);
  const { value, variant, ruleId, experiment } = verdict;
  if (verdict.reason === 'unknown')
    return failure(404, key, 'FLAG_NOT_FOUND', `there is no flag ${JSON.stringify(key)}.`);
  if (verdict.reason === 'cycle')
    return failure(400, key, 'GENERAL', 'the flag depends on itself.');
  return {
    status: 200,
    body: {
      key,
      // Without a value the caller's default counts.
      ...(value !== null && { value: value as JsonValue }),
      reason: reasonOf(verdict),
      ...(variant !== null && { variant }),
      metadata: {
        ...(ruleId !== null && { ruleId }),
        ...(experiment !== null && { experiment }),
      },
    },
  };
}

/** OpenFeature's words for why. */
function reasonOf({ reason, bucket }: Verdict): string {
  if (reason === 'experiment') return 'SPLIT';
  if (reason === 'forced') return bucket === null ? 'TARGETING_MATCH' : 'SPLIT';
  if (reason === 'prerequisite') return 'DISABLED';
  return reason === 'override' ? 'STATIC' : 'DEFAULT';
}

function failure(status: number, key: string, errorCode: string, errorDetails: string) {
  return { status, body: { key, errorCode, errorDetails } };
}

/** A refusal in the protocol's own words. Statuses that it leaves without a body have ours, which its readers pass over. */
function refuse(error: unknown, request: Request, response: Response): boolean {
  if (!(error instanceof RequestError) || error.status !== 400) return false;
  const { flag } = request.params;
  response.status(400).json({
    ...(typeof flag === 'string' && { key: flag }),
    errorCode: error.code === 'malformed_json' ? 'PARSE_ERROR' : 'INVALID_CONTEXT',
    errorDetails: error.message,
  });
  return true;
}
