import { useState } from 'react';

/** A whole number that is typed. What is none yet stays as it is typed, and goes back when the field is left. */
export function CountInput({
  label,
  count,
  least,
  most,
  onCount,
}: {
  readonly label: string;
  readonly count: number;
  readonly least: number;
  readonly most?: number;
  readonly onCount: (count: number) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      className="input count-input"
      type="text"
      inputMode="numeric"
      autoComplete="off"
      aria-label={label}
      aria-invalid={typed !== null || count < least || (most !== undefined && count > most)}
      value={typed ?? String(count)}
      onChange={({ target }) => {
        const isCount = /^\d{1,9}$/.test(target.value) && Number(target.value) >= least;
        setTyped(isCount ? null : target.value);
        if (isCount) onCount(Number(target.value));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
