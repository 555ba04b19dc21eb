/** The PX mark: a P and an X on a tile, and the dot of something happening now. */
export function Mark({ size = 24 }: { readonly size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect className="mark-tile" width="24" height="24" rx="6" />
      <g
        className="mark-ink"
        fill="none"
        strokeWidth="2.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="M5.6 18V6.6h3.1a3.2 3.2 0 0 1 0 6.4H5.6" />
        <path d="m13.2 11.4 5.2 6.6" />
        <path d="m18.4 11.4-5.2 6.6" />
      </g>
      <circle className="mark-dot" cx="18" cy="6.6" r="1.9" />
    </svg>
  );
}
