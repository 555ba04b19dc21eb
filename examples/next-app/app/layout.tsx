import type { Metadata, Viewport } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Analytics } from '../components/analytics';
import { SubscriberNote } from '../components/subscriber-note';
import { readConfig } from '../config';
import { px } from '../lib/px';
import { readReader } from '../lib/reader';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Evening Edition', template: '%s · Evening Edition' },
  description: 'Three stories, once a day, before the lights go out.',
};
export const viewport: Viewport = { colorScheme: 'light dark' };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const reader = await readReader();
  const request = px().forRequest(reader);
  // What flags say of this reader is in the HTML, and in what the browser begins with: both draw the same.
  const bootstrap = await request.bootstrap();
  const paper = request.getFlag('paper', undefined, 'cream');
  const { apiKey, projectId } = readConfig();
  return (
    <html lang="en" data-paper={paper}>
      <body>
        <Analytics
          apiKey={apiKey}
          projectId={projectId}
          bootstrap={bootstrap}
          attributes={reader.attributes}
        >
          <SubscriberNote />
          <header className="masthead">
            <p>Vol. XII</p>
            <Link href="/">Evening Edition</Link>
            <p>Three stories a day</p>
          </header>
          <main>{children}</main>
          <footer>An example of PX in a Next.js app. Nothing is mailed to anybody.</footer>
        </Analytics>
      </body>
    </html>
  );
}
