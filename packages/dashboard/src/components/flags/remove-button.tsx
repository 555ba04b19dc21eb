import { Icon } from '../icon.js';

/** Takes something out of a list. */
export function RemoveButton({
  label,
  disabled = false,
  onRemove,
}: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onRemove: () => void;
}) {
  return (
    <button
      className="icon-button"
      type="button"
      aria-label={label}
      disabled={disabled}
      onClick={onRemove}
    >
      <Icon name="close" />
    </button>
  );
}
