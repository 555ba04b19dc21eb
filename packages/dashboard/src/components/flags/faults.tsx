import type { Fault } from '../../flags/definitions-api.js';

/** What is wrong, and where. */
export function Faults({ faults }: { readonly faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <ul className="faults" aria-label="What is wrong">
      {faults.map(({ path, message }) => (
        <li key={`${path} ${message}`}>
          {path !== '' && <code>{path}</code>} {message}.
        </li>
      ))}
    </ul>
  );
}
