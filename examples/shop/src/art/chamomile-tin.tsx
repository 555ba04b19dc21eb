/** A tin with a chamomile flower on its label. */
export function ChamomileTin() {
  return (
    <>
      <path className="art-mint-2" d="M54 66h92v92c0 6-20 12-46 12s-46-6-46-12z" />
      <ellipse className="art-mint-2" cx="100" cy="158" rx="46" ry="12" />
      <path className="art-mint" d="M54 66h78v101c-9 2-20 3-32 3-26 0-46-6-46-12z" />
      <path className="art-cream" d="M54 92c14 8 78 8 92 0v52c-14 9-78 9-92 0z" />
      <ellipse className="art-gold-2" cx="100" cy="66" rx="50" ry="13" />
      <path className="art-gold" d="M50 46h100v20c-12 15-88 15-100 0z" />
      <ellipse className="art-gold-2" cx="100" cy="46" rx="50" ry="13" />
      <ellipse className="art-gold" cx="100" cy="45" rx="40" ry="9" />
      <g className="art-petal" stroke="var(--art-mint-2)" strokeWidth="1.5">
        <ellipse cx="100" cy="106" rx="5.5" ry="10" />
        <ellipse cx="100" cy="106" rx="5.5" ry="10" transform="rotate(60 100 120)" />
        <ellipse cx="100" cy="106" rx="5.5" ry="10" transform="rotate(120 100 120)" />
        <ellipse cx="100" cy="106" rx="5.5" ry="10" transform="rotate(180 100 120)" />
        <ellipse cx="100" cy="106" rx="5.5" ry="10" transform="rotate(240 100 120)" />
        <ellipse cx="100" cy="106" rx="5.5" ry="10" transform="rotate(300 100 120)" />
      </g>
      <circle className="art-gold" cx="100" cy="120" r="8" />
    </>
  );
}
