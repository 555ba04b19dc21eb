import { PXErrorBoundary } from '@px-platform/sdk-react';
import { useState } from 'react';

/** The station on the pass has not answered for years. */
function Station({ isAsked }: { readonly isAsked: boolean }) {
  if (isAsked) throw new Error('the station on the pass does not answer');
  return null;
}

const SORRY = (
  <p data-testid="weather-failed">
    The station on the pass does not answer. The rest of this page does.
  </p>
);

/** What breaks is recorded as an `error`, and the rest of the page stays. */
export function Weather() {
  const [isAsked, setAsked] = useState(false);
  return (
    <section className="panel" aria-label="Weather">
      <h2>Weather on the way</h2>
      <PXErrorBoundary properties={{ widget: 'weather' }} fallback={SORRY}>
        <p>Ask the station on the pass. It has seen better days.</p>
        <button className="quiet" data-testid="ask-weather" onClick={() => setAsked(true)}>
          Ask the station
        </button>
        <Station isAsked={isAsked} />
      </PXErrorBoundary>
    </section>
  );
}
