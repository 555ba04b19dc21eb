import { useServices } from '../services.js';

/** The bar at the bottom, with a note on who is watching. */
export function Footer() {
  const { pxConfig } = useServices();
  return (
    <footer className="footer">
      <p>Small Hours is an invented shop. Nothing is sold, sent or charged.</p>
      <p className="footer-px">
        {pxConfig ? 'This shop is instrumented with PX.' : 'PX is not running on this page.'}{' '}
        {pxConfig?.liveUrl && (
          <a href={pxConfig.liveUrl} target="_blank" rel="noopener" data-testid="live-link">
            See your events live →
          </a>
        )}
      </p>
    </footer>
  );
}
