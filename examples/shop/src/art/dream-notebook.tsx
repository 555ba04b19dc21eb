/** A notebook with a moon on it, and its pencil. */
export function DreamNotebook() {
  return (
    <>
      <path className="art-blue-2" d="M44 40h100c8 0 14 6 14 14v106c0 8-6 14-14 14H44z" />
      <path className="art-cream" d="M44 46h98c6 0 10 4 10 10v100c0 6-4 10-10 10H44z" />
      <path
        className="art-blue"
        d="M44 34h94c8 0 12 6 12 12v102c0 8-4 12-12 12H44c-6 0-10-4-10-10V44c0-6 4-10 10-10Z"
      />
      <path className="art-blue-2" d="M34 44c0-6 4-10 10-10h8v126h-8c-6 0-10-4-10-10z" />
      <path className="art-gold" d="M112 96a26 26 0 1 1-22-34 21 21 0 0 0 22 34Z" />
      <path
        className="art-cream"
        d="m122 62 2 6 6 2-6 2-2 6-2-6-6-2 6-2zM76 118l1.5 4.5 4.5 1.5-4.5 1.5-1.5 4.5-1.5-4.5-4.5-1.5 4.5-1.5z"
      />
      <path className="art-wood" d="m160 40 10 4-8 92-7 14-3-15z" />
      <path className="art-rose" d="m161 30 10 4-1 12-10-3z" />
    </>
  );
}
