import { NextResponse } from 'next/server';
import { px } from '../../../lib/px';
import { readReader, SUBSCRIBED } from '../../../lib/reader';

const YEAR_S = 365 * 86_400;

/** Nothing is mailed: it only records that somebody subscribed, on the timeline of who did. */
export async function POST(): Promise<NextResponse> {
  const reader = await readReader();
  px().forRequest(reader).track('subscribed', { plan: 'evening' });
  const response = NextResponse.json({ isSubscribed: true });
  response.cookies.set(SUBSCRIBED, 'yes', { maxAge: YEAR_S, sameSite: 'lax', httpOnly: true });
  return response;
}
