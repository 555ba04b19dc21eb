/** A thick enamel kettle, humming. */
export function SlowKettle() {
  return (
    <>
      <path className="art-steam" d="M158 62c-8-9 8-15 0-26s6-15 2-22" />
      <path className="art-line" d="M66 74c0-46 68-46 68 0" strokeWidth="8" />
      <path className="art-wood-line" d="M84 44c10-7 22-7 32 0" strokeWidth="11" />
      <path className="art-mint-2" d="M136 116c18-2 18-30 30-42l8 5c-6 22-10 54-38 62z" />
      <path className="art-mint" d="M60 88c10-18 70-18 80 0 14 24 16 50 8 78H52c-8-28-6-54 8-78Z" />
      <path className="art-mint-2" d="M148 166H52l-3-14h102z" />
      <path
        className="art-cream"
        d="M72 96c-10 12-14 26-14 40"
        fill="none"
        strokeWidth="6"
        stroke="var(--art-cream)"
        strokeLinecap="round"
        opacity=".7"
      />
      <path className="art-mint-2" d="M72 78h56l4 8H68z" />
      <circle className="art-gold" cx="100" cy="71" r="8" />
    </>
  );
}
