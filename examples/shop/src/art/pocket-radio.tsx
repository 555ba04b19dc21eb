/** A walnut radio with one dial. */
export function PocketRadio() {
  return (
    <>
      <path className="art-line" d="M146 62 172 18" strokeWidth="4" />
      <circle className="art-gold" cx="173" cy="17" r="5" />
      <rect className="art-wood-2" x="36" y="60" width="128" height="108" rx="18" />
      <rect className="art-wood" x="36" y="60" width="128" height="100" rx="18" />
      <rect className="art-cream" x="48" y="72" width="62" height="76" rx="10" />
      <path
        className="art-line"
        d="M58 86h42M58 98h42M58 110h42M58 122h42M58 134h42"
        strokeWidth="4"
      />
      <circle className="art-gold" cx="137" cy="96" r="19" />
      <circle className="art-cream" cx="137" cy="96" r="12" />
      <path className="art-line" d="m137 96 7-9" strokeWidth="4" />
      <circle className="art-deep" cx="127" cy="134" r="6" />
      <circle className="art-rose" cx="147" cy="134" r="6" />
      <path
        className="art-line"
        d="M22 96c-6 8-6 20 0 28M10 88c-10 14-10 30 0 44"
        strokeWidth="4"
        opacity=".45"
      />
    </>
  );
}
