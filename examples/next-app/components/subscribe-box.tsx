'use client';
import { Experiment, useTrack, Variant } from '@px-platform/sdk-react';
import { useState } from 'react';

/** Is drawn in one of two places. */
export const SubscribeBox = ({ at }: { readonly at: 'above' | 'below' }) => (
  <Experiment name="evening_subscribe" fallback="below">
    <Variant name={at}>
      <Box at={at} />
    </Variant>
  </Experiment>
);

type Progress = 'idle' | 'sending' | 'done' | 'failed';

function Box({ at }: { readonly at: string }) {
  const track = useTrack();
  const [progress, setProgress] = useState<Progress>('idle');
  const subscribe = async () => {
    setProgress('sending');
    track('subscribe_pressed', { at });
    try {
      const { ok } = await fetch('/api/subscribe', { method: 'POST' });
      setProgress(ok ? 'done' : 'failed');
    } catch {
      setProgress('failed');
    }
  };
  return (
    <aside className="subscribe" data-testid={`subscribe-${at}`}>
      <div>
        <h2>One letter, every evening.</h2>
        <p aria-live="polite">{SAID[progress]}</p>
      </div>
      <button
        disabled={progress === 'sending' || progress === 'done'}
        onClick={() => void subscribe()}
      >
        {progress === 'done' ? 'Subscribed' : 'Subscribe'}
      </button>
    </aside>
  );
}

const SAID = {
  idle: 'Three stories, no pictures of food, and you can stop whenever you like.',
  sending: 'A moment …',
  done: 'You are on the list. See you at dusk.',
  failed: 'That did not work. Try it again in a moment.',
} as const;
