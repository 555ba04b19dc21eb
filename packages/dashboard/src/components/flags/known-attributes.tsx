import { RUNTIME_ATTRIBUTES } from '@px-platform/protocol/definitions';

/** What fields offer as one types: what clients know of everybody, and what can be dealt by. */
export function KnownAttributes() {
  return (
    <>
      <datalist id="known-attributes">
        {['user_id', 'anonymous_id', 'country', 'plan', ...RUNTIME_ATTRIBUTES].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id="known-units">
        <option value="person" />
        <option value="device" />
        <option value="account_id" />
      </datalist>
    </>
  );
}
