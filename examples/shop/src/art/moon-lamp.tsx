/** A globe of opal glass on a beech foot. */
export function MoonLamp() {
  return (
    <>
      <circle className="art-glow" cx="100" cy="88" r="78" />
      <path className="art-wood" d="M62 158h76l-8 14H70z" />
      <path className="art-wood-2" d="M84 144h32l6 14H78z" />
      <circle className="art-cream" cx="100" cy="88" r="58" />
      <path
        className="art-gold"
        d="M100 30a58 58 0 0 1 0 116c26-14 40-34 40-58s-14-44-40-58Z"
        opacity=".5"
      />
      <circle className="art-gold" cx="76" cy="70" r="9" opacity=".55" />
      <circle className="art-gold" cx="96" cy="108" r="13" opacity=".45" />
      <circle className="art-gold" cx="66" cy="102" r="5" opacity=".55" />
      <circle className="art-gold" cx="106" cy="62" r="6" opacity=".45" />
    </>
  );
}
