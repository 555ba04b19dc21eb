/** A mug whose stars are out. */
export function NightMug() {
  return (
    <>
      <path
        className="art-steam"
        d="M72 48c-7-8 7-13 0-23M96 44c-8-10 8-16 0-28M120 48c-7-8 7-13 0-23"
      />
      <path
        className="art-line"
        d="M136 84h14c22 0 22 50-4 52h-12"
        strokeWidth="11"
        stroke="var(--art-deep)"
      />
      <path className="art-deep" d="M46 62h98v84c0 14-10 22-22 22H68c-12 0-22-8-22-22z" />
      <ellipse className="art-wood-2" cx="95" cy="62" rx="49" ry="9" />
      <path
        className="art-line"
        d="m62 100 18-14 20 10 22-8M62 100l8 30 26 12M100 96l-4 46"
        strokeWidth="1.6"
        stroke="var(--art-gold)"
        opacity=".6"
      />
      <g className="art-gold">
        <circle cx="62" cy="100" r="3.4" />
        <circle cx="80" cy="86" r="4.4" />
        <circle cx="100" cy="96" r="3.4" />
        <circle cx="122" cy="88" r="5" />
        <circle cx="70" cy="130" r="4" />
        <circle cx="96" cy="142" r="5" />
        <circle cx="126" cy="124" r="2.6" />
        <circle cx="116" cy="150" r="2" />
        <circle cx="58" cy="152" r="2" />
      </g>
    </>
  );
}
