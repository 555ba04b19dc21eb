import { NextResponse, type NextRequest } from 'next/server';
import { visitorOf } from '@px-platform/sdk-node';
import { readConfig } from './config';

/** Runs before every request but those for files of the build. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search, protocol } = request.nextUrl;
  const settings = readConfig();
  // The collector on the page's own origin.
  if (pathname.startsWith('/px/'))
    return NextResponse.rewrite(new URL(pathname.slice('/px'.length) + search, settings.endpoint));

  const { setCookie } = visitorOf(request.headers, {
    ...settings,
    isSecure: protocol === 'https:',
  });
  if (!setCookie) return NextResponse.next();
  // Somebody new: the page that is written now is of the id that the browser is told.
  const [cookie = ''] = setCookie.split(';');
  const known = request.headers.get('cookie');
  const sent = new Headers(request.headers);
  sent.set('cookie', known ? `${known}; ${cookie}` : cookie);
  const response = NextResponse.next({ request: { headers: sent } });
  response.headers.append('set-cookie', setCookie);
  return response;
}

export const config = { matcher: ['/((?!_next/|icon.svg).*)'] };
