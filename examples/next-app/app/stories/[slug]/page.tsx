import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { storyOf } from '../../../lib/stories';

interface StoryProps {
  readonly params: Promise<{ readonly slug: string }>;
}

export async function generateMetadata({ params }: StoryProps): Promise<Metadata> {
  const story = storyOf((await params).slug);
  return { title: story?.title ?? 'No such story' };
}

export default async function StoryPage({ params }: StoryProps) {
  const story = storyOf((await params).slug);
  if (!story) notFound();
  return (
    <article className="story">
      <p className="over">{story.desk}</p>
      <h1>{story.title}</h1>
      <p className="standfirst">{story.standfirst}</p>
      <p className="by">
        By {story.by} · {story.minutes} minutes
      </p>
      {story.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <Link className="back" href="/">
        ← Tonight’s edition
      </Link>
    </article>
  );
}
