/** Which environment is looked at. Hidden where there is only one. */
export function EnvironmentSelect({
  environments,
  environment,
  onEnvironment,
}: {
  readonly environments: readonly string[];
  readonly environment: string;
  readonly onEnvironment: (environment: string) => void;
}) {
  if (environments.length < 2) return <span className="tag">{environment}</span>;
  return (
    <select
      className="project environment"
      aria-label="Environment"
      value={environment}
      onChange={({ target }) => onEnvironment(target.value)}
    >
      {environments.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
