import { RequestError } from '../errors.js';
import { requireRules } from './config-routes.js';
import type { FlagDelivery } from './delivery.js';
import type { FlagRequest, FlagRoute } from './flag-route.js';
import { sendBody } from './send-body.js';

/** A document larger than this is told of, and fetched, instead of being sent to every reader. */
const SENT_BYTES = 64 * 1024;

/**
 * The paths that GrowthBook's SDKs ask: their client key is a write key of ours. They get the document without what
 * they would read differently.
 */
export function growthbookRoutes({
  documents,
  streams,
  clock,
}: Pick<FlagDelivery, 'documents' | 'streams' | 'clock'>): readonly FlagRoute[] {
  const check = ({ grant }: FlagRequest) => {
    if (grant.kind === 'secret')
      throw new RequestError(
        'wrong_key_kind',
        'a secret key has no business in an address. Use the write key as the client key, and revoke this one.',
      );
    requireRules(grant);
  };
  return [
    {
      path: '/api/features/:key',
      method: 'get',
      async handle(asked) {
        check(asked);
        const { request, response, grant } = asked;
        const served = await documents.find(grant);
        response.set('x-sse-support', 'enabled');
        sendBody(request, response, await served.forGrowthBook(clock()));
      },
    },
    {
      path: '/sub/:key',
      method: 'get',
      async handle(asked) {
        check(asked);
        const { request, response, grant, key } = asked;
        await documents.find(grant);
        streams.open(request, response, {
          key,
          route: '/sub',
          onOpen: (send) =>
            documents.watch(grant, (served) => {
              void served.forGrowthBook(clock()).then(({ body: { plain } }) => {
                if (plain.length > SENT_BYTES) send('features-updated', '{}');
                else send('features', plain.toString());
              });
            }),
        });
      },
    },
  ];
}
