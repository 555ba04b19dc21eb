/** A reading light bent over an open book. */
export function OneMorePage() {
  return (
    <>
      <path className="art-glow" d="m104 66-62 86h122L136 62z" />
      <path className="art-rose" d="M22 146v28c28-4 54-2 78 6 24-8 50-10 78-6v-28z" />
      <path
        className="art-cream"
        d="M100 150c-18-16-48-18-74-12v28c26-6 56-4 74 8 18-12 48-14 74-8v-28c-26-6-56-4-74 12Z"
      />
      <path className="art-line" d="M100 150v24" strokeWidth="3" />
      <path
        className="art-line"
        d="M42 147c14-2 28 0 42 6M42 156c14-2 28 0 42 6M116 153c14-6 28-8 42-6M116 162c14-6 28-8 42-6"
        strokeWidth="2.6"
        opacity=".3"
      />
      <path
        className="art-line"
        d="M158 140V98c0-30-10-46-34-50"
        strokeWidth="6"
        stroke="var(--art-wood)"
      />
      <rect className="art-wood-2" x="149" y="126" width="18" height="22" rx="5" />
      <path className="art-gold" d="M96 62c2-18 18-28 34-22 12 5 16 16 12 28z" />
      <ellipse className="art-flame" cx="119" cy="66" rx="23" ry="6" transform="rotate(8 119 66)" />
    </>
  );
}
