/** A corduroy cat, asleep. */
export function DoorCat() {
  return (
    <>
      <path
        className="art-line"
        d="M152 146c26-4 26-40 6-44"
        strokeWidth="15"
        stroke="var(--art-deep)"
      />
      <path
        className="art-deep"
        d="M34 138c0-36 30-58 66-58s64 26 64 60c0 20-12 28-30 28H62c-18 0-28-10-28-30Z"
      />
      <path
        className="art-deep"
        d="M30 100 32 64l22 16c8-3 22-3 30 0l20-16 2 36c2 22-14 36-38 36s-40-14-38-36Z"
      />
      <path className="art-rose" d="m38 84-1-10 9 7zM100 84l1-10-9 7z" />
      <path
        className="art-line"
        d="M46 106c4 5 10 5 14 0M78 106c4 5 10 5 14 0"
        strokeWidth="3.5"
        stroke="var(--art-cream)"
      />
      <path className="art-rose" d="M65 115h8l-4 5z" />
      <path
        className="art-line"
        d="M69 120c-2 6-8 6-10 3M69 120c2 6 8 6 10 3"
        strokeWidth="2.4"
        stroke="var(--art-cream)"
      />
      <path
        className="art-line"
        d="M112 92c-6 16-6 44 0 68M130 92c8 18 8 46 2 72M146 102c8 16 8 36 4 54"
        strokeWidth="2"
        stroke="var(--art-cream)"
        opacity=".22"
      />
      <path
        className="art-line"
        d="M128 58h12l-12 14h12M148 36h9l-9 11h9"
        strokeWidth="4"
        opacity=".55"
      />
    </>
  );
}
