import { after, NextResponse } from 'next/server';
import { pxNext } from '@px-platform/sdk-node/next';
import { px } from '../../../lib/px';
import { SUBSCRIBED } from '../../../lib/reader';

const YEAR_S = 365 * 86_400;
const withPx = pxNext(px, { after });

/** Nothing is mailed: it only records that somebody subscribed, on the timeline of who did, in their visit. */
export const POST = withPx(
  (_request: Request) => {
    px().track('subscribed', { plan: 'evening' });
    const response = NextResponse.json({ isSubscribed: true });
    response.cookies.set(SUBSCRIBED, 'yes', { maxAge: YEAR_S, sameSite: 'lax', httpOnly: true });
    return response;
  },
  { route: '/api/subscribe' },
);
