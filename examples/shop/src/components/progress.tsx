/** How far along somebody is in a form of several steps. */
export function Progress({
  steps,
  current,
}: {
  readonly steps: readonly { readonly step: number; readonly label: string }[];
  readonly current: number;
}) {
  return (
    <ol className="progress">
      {steps.map(({ step, label }) => (
        <li
          key={step}
          data-state={step < current ? 'done' : step === current ? 'current' : 'ahead'}
          aria-current={step === current ? 'step' : undefined}
        >
          <span className="progress-moon" aria-hidden="true" />
          {label}
        </li>
      ))}
    </ol>
  );
}
