/** A clock with an hour hand. */
export function QuietClock() {
  return (
    <>
      <path
        className="art-line"
        d="m72 154-10 16M128 154l10 16"
        strokeWidth="9"
        stroke="var(--art-blue-2)"
      />
      <circle className="art-blue-2" cx="100" cy="98" r="70" />
      <circle className="art-blue" cx="100" cy="95" r="70" />
      <circle className="art-cream" cx="100" cy="95" r="56" />
      <g className="art-deep">
        <circle cx="100" cy="48" r="3.5" />
        <circle cx="147" cy="95" r="3.5" />
        <circle cx="100" cy="142" r="3.5" />
        <circle cx="53" cy="95" r="3.5" />
      </g>
      <path className="art-line" d="m100 95 31 17" strokeWidth="7" />
      <circle className="art-gold" cx="100" cy="95" r="8" />
    </>
  );
}
