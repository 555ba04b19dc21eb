/** One of a few, side by side. */
export function Segmented<Name extends string>({
  label,
  parts,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly parts: readonly (readonly [name: Name, label: string])[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
}) {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {parts.map(([name, words]) => (
        <button
          key={name}
          className="segmented-part"
          type="button"
          aria-pressed={name === chosen}
          onClick={() => name !== chosen && onChoose(name)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
