'use client';
import { PXProvider, type PXProviderProps } from '@px-platform/sdk-react';
import { PXPageViews } from '@px-platform/sdk-react/next';
import { crossSubdomain } from '@px-platform/sdk-web/cross-domain';
import { requestHeaders } from '@px-platform/sdk-web/requests';
import { useState, type ReactNode } from 'react';

interface AnalyticsProps extends Pick<PXProviderProps, 'bootstrap' | 'attributes'> {
  readonly apiKey: string;
  readonly projectId: string;
  readonly children: ReactNode;
}

/** PX in the page. It begins with what the server decided, keeps ids in cookies, and tells the server who asks. */
export function Analytics({ apiKey, projectId, children, ...served }: AnalyticsProps) {
  const [options] = useState(() => ({
    apiKey,
    projectId,
    plugins: [crossSubdomain(), requestHeaders()],
  }));
  return (
    <PXProvider options={options} {...served}>
      <PXPageViews />
      {children}
    </PXProvider>
  );
}
