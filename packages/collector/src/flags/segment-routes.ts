import { LIMITS, PATHS } from '@px-platform/protocol';
import { RequestError } from '../errors.js';
import type { FlagDelivery } from './delivery.js';
import type { FlagRoute } from './flag-route.js';

/** In which computed segments a device, or with a secret key a person, is. */
export function segmentRoutes({
  findSegments,
}: Pick<FlagDelivery, 'findSegments'>): readonly FlagRoute[] {
  return [
    {
      path: PATHS.segments,
      method: 'get',
      async handle({ request, response, grant }) {
        const query = new URLSearchParams(request.originalUrl.split('?', 2)[1] ?? '');
        const read = (name: string) => {
          const id = query.get(name) ?? undefined;
          if (id !== undefined && id.length > LIMITS.idLength)
            throw new RequestError(
              'invalid_request',
              `"${name}" has ${id.length} characters; the limit is ${LIMITS.idLength}.`,
            );
          return id;
        };
        const asker = { anonymous_id: read('anonymous_id'), user_id: read('user_id') };
        const segments = await findSegments(grant, asker);
        if (segments === null)
          throw new RequestError(
            'invalid_request',
            grant.kind === 'secret'
              ? 'say whose segments: "?user_id=" or "?anonymous_id=".'
              : 'say of which device: "?anonymous_id=". Only a secret key asks by a user_id alone.',
          );
        response.set('cache-control', 'private, no-store').json({ segments });
      },
    },
  ];
}
