import type { KeyGrant } from '@px-platform/store';
import { PATHS } from '@px-platform/protocol';
import { evaluate, type Verdict } from '@px-platform/protocol/flags';
import { RequestError } from '../errors.js';
import { contextOf, readObject, withSegments } from './attributes.js';
import type { FlagDelivery } from './delivery.js';
import type { FlagRoute } from './flag-route.js';
import { sendBody } from './send-body.js';
import type { ServedDocument } from './served-document.js';

/** A key whose rules are secret gets only what they come to. */
export function requireRules({ flags_mode }: KeyGrant): void {
  if (flags_mode === 'rules') return;
  throw new RequestError(
    'values_only',
    'this key gets no rules, only what they come to: POST /v1/flags/evaluate with { "attributes": { … } }.',
  );
}

/** PX's own routes: the document, the stream that tells of another one, and the verdicts on all of it. */
export function configRoutes({
  documents,
  streams,
  findSegments,
  clock,
}: Pick<FlagDelivery, 'documents' | 'streams' | 'findSegments' | 'clock'>): readonly FlagRoute[] {
  return [
    {
      path: PATHS.config,
      method: 'get',
      async handle({ request, response, grant }) {
        requireRules(grant);
        const { body, etag } = await documents.find(grant);
        sendBody(request, response, { body, etag });
      },
    },
    {
      path: PATHS.configStream,
      method: 'get',
      async handle({ request, response, grant, key }) {
        await documents.find(grant);
        streams.open(request, response, {
          key,
          route: PATHS.configStream,
          onOpen(send) {
            const tell = ({ revision }: ServedDocument) =>
              send('config', JSON.stringify({ revision }));
            const stop = documents.watch(grant, tell);
            // What is known by now, and at once: a publication in between is not missed.
            void documents.find(grant).then(tell, () => {});
            return stop;
          },
        });
      },
    },
    {
      path: PATHS.evaluateFlags,
      method: 'post',
      async handle({ request, response, grant }) {
        const { attributes = {} } = await readObject(request);
        const context = contextOf(attributes, clock());
        const { document, revision } = await documents.find(grant);
        const known = await withSegments(context, { document, grant, findSegments });
        const flags: Record<string, Verdict> = {};
        for (const flag of Object.keys(document.features))
          flags[flag] = evaluate(document, flag, known);
        // Who was told once that there are only values asks here ever after, and must hear of it when there are rules again.
        response
          .set('cache-control', 'no-store')
          .json({ revision, flags, flags_mode: grant.flags_mode });
      },
    },
  ];
}
