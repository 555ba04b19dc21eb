import { cache } from 'react';
import { cookies, headers } from 'next/headers';
import { visitorOf } from '@px-platform/sdk-node';
import { readConfig } from '../config';

export const SUBSCRIBED = 'subscribed';

/** Whom this page is for, and what flags may know of them. Once for a request. */
export const readReader = cache(async () => {
  const { context } = visitorOf(await headers(), readConfig());
  const subscriber = (await cookies()).has(SUBSCRIBED);
  return { ...context, attributes: { subscriber } };
});
