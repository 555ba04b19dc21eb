/** The moon of the shop's name. */
export function MoonMark() {
  return (
    <svg className="moon-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M21.5 20.6A9 9 0 0 1 12.2 7.4a9.3 9.3 0 1 0 11.9 12.3 9 9 0 0 1-2.6.9Z" />
      <circle cx="22" cy="9.5" r="1.7" />
    </svg>
  );
}

/** A heart; filled by CSS when its button is pressed. */
export function HeartIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 20S3.5 15.2 3.5 9.2A4.7 4.7 0 0 1 12 6.5a4.7 4.7 0 0 1 8.5 2.7C20.5 15.2 12 20 12 20Z" />
    </svg>
  );
}

/** A basket. */
export function BasketIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M4 10h16l-1.6 8.4a2 2 0 0 1-2 1.6H7.6a2 2 0 0 1-2-1.6zM8 10l3-6M16 10l-3-6" />
    </svg>
  );
}

/** A ribbon, for the gift wrap badge. */
export function RibbonIcon() {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M4 10h16v10H4zM3 7h18v3H3zM12 7v13M12 7C9 7 6.5 5.8 7.2 4.2S11.3 4.4 12 7c.7-2.6 4.1-4.4 4.8-2.8S15 7 12 7Z" />
    </svg>
  );
}
