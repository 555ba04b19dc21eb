/** Two metres and forty of wool, folded. */
export function LongBlanket() {
  return (
    <>
      <path className="art-rose-2" d="M40 60c0-10 8-16 18-16h84c10 0 18 6 18 16v14H40z" />
      <rect className="art-rose" x="36" y="64" width="128" height="32" rx="14" />
      <rect className="art-cream" x="36" y="92" width="128" height="30" rx="13" />
      <rect className="art-rose" x="36" y="118" width="128" height="30" rx="13" />
      <path className="art-rose-2" d="M98 64h52c9 0 14 6 14 14v82H98z" opacity=".92" />
      <path className="art-cream" d="M98 80h66v9H98zM98 98h66v4H98zM98 132h66v9H98z" />
      <path
        className="art-line"
        d="M102 160v10m10-10v12m10-12v9m10-9v12m10-12v10m10-10v12m8-12v9"
        strokeWidth="3"
        stroke="var(--art-rose-2)"
      />
      <rect className="art-rose-2" x="36" y="144" width="62" height="22" rx="10" />
    </>
  );
}
