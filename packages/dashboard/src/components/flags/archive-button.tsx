/** Puts a stored definition away, or takes it out again. */
export function ArchiveButton({
  noun,
  isArchived,
  onArchive,
}: {
  readonly noun: string;
  readonly isArchived: boolean;
  readonly onArchive: (isArchived: boolean) => void;
}) {
  return (
    <button
      className="button button-danger editor-archive"
      type="button"
      onClick={() => onArchive(!isArchived)}
    >
      {isArchived ? `Restore the ${noun}` : `Archive the ${noun}`}
    </button>
  );
}
