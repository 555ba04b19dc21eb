import { RUNTIME_ATTRIBUTES } from '@px-platform/protocol/definitions';

const OFFERS = {
  'known-attributes': ['user_id', 'anonymous_id', 'plan', ...RUNTIME_ATTRIBUTES],
  'known-units': ['person', 'device', 'account_id'],
} as const;

/** What fields offer as one types: what clients know of everybody, and what can be dealt by. */
export function KnownAttributes() {
  return Object.entries(OFFERS).map(([id, names]) => <KnownNames key={id} id={id} names={names} />);
}

/** Names that the fields of a list offer. */
export function KnownNames({
  id,
  names,
}: {
  readonly id: string;
  readonly names: readonly string[];
}) {
  return (
    <datalist id={id} aria-hidden="true">
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </datalist>
  );
}
