/** A pair of slippers, both of them left or right. */
export function FeltSlippers() {
  return (
    <>
      <g transform="rotate(-8 76 120)">
        <path
          className="art-rose-2"
          d="M24 148c0-20 14-22 28-34 12-10 18-34 40-34 20 0 30 16 30 36 0 24-6 40-18 40H40c-10 0-16-2-16-8Z"
        />
        <path
          className="art-cream"
          d="M74 102c6-12 12-16 20-16 12 0 20 10 20 26 0 8-2 14-6 14-14 0-42-6-34-24Z"
        />
        <path className="art-deep" d="M26 152c2-4 96-4 92 0-2 6-6 8-14 8H40c-8 0-13-2-14-8Z" />
      </g>
      <g transform="translate(58 14) rotate(6 76 120)">
        <path
          className="art-rose"
          d="M24 148c0-20 14-22 28-34 12-10 18-34 40-34 20 0 30 16 30 36 0 24-6 40-18 40H40c-10 0-16-2-16-8Z"
        />
        <path
          className="art-cream"
          d="M74 102c6-12 12-16 20-16 12 0 20 10 20 26 0 8-2 14-6 14-14 0-42-6-34-24Z"
        />
        <path className="art-deep" d="M26 152c2-4 96-4 92 0-2 6-6 8-14 8H40c-8 0-13-2-14-8Z" />
        <circle className="art-cream" cx="47" cy="128" r="8" />
      </g>
    </>
  );
}
