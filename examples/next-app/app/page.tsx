import Link from 'next/link';
import { TrackOnView } from '@px-platform/sdk-react';
import { SubscribeBox } from '../components/subscribe-box';
import { STORIES } from '../lib/stories';

export default function Home() {
  const [lead, ...others] = STORIES;
  return (
    <>
      <SubscribeBox at="above" />
      {lead && (
        <article className="lead">
          <p className="over">{lead.desk}</p>
          <h1>
            <Link href={`/stories/${lead.slug}`}>{lead.title}</Link>
          </h1>
          <p className="standfirst">{lead.standfirst}</p>
          <p className="by">
            By {lead.by} · {lead.minutes} minutes
          </p>
        </article>
      )}
      <TrackOnView event="back_page_reached">
        <section className="others" aria-label="More stories">
          {others.map(({ slug, desk, title, standfirst, by, minutes }) => (
            <article key={slug}>
              <p className="over">{desk}</p>
              <h2>
                <Link href={`/stories/${slug}`}>{title}</Link>
              </h2>
              <p>{standfirst}</p>
              <p className="by">
                By {by} · {minutes} minutes
              </p>
            </article>
          ))}
        </section>
      </TrackOnView>
      <SubscribeBox at="below" />
    </>
  );
}
