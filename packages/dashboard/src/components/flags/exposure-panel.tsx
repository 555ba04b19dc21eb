import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import type { ExposureCount } from '../../api/api-client.js';
import type { SeenExposure } from '../../flags/use-exposures.js';
import { formatCount, formatTime, plural } from '../../live/format.js';

/** Who was put where: how many there are in this phase, and the last ones as they come. */
export function ExposurePanel({
  experiment,
  count,
  seen,
}: {
  readonly experiment: ExperimentDefinition;
  /** Null: not known yet. */
  readonly count: ExposureCount | null;
  /** Of this experiment, the newest first. */
  readonly seen: readonly SeenExposure[];
}) {
  const phase = experiment.phases.at(-1)?.key ?? '';
  const stored = count?.phases.find((each) => each.phase === phase);
  const units = (key: string) =>
    stored?.variants.find(({ variant }) => variant === key)?.units ?? 0;
  const most = Math.max(1, ...experiment.variants.map(({ key }) => units(key)));
  const { plannedUnits } = experiment;
  return (
    <section className="panel" aria-label="Exposures">
      <h3>{phase === '' ? 'Exposed' : `Exposed in phase ${phase}`}</h3>
      <ul className="exposure-bars">
        {experiment.variants.map(({ key }, index) => (
          <li key={key}>
            <span className="exposure-name">{key}</span>
            <span className="exposure-bar">
              <i
                className="split-part"
                data-part={index % 5}
                style={{ inlineSize: `${(units(key) / most) * 100}%` }}
              />
            </span>
            <span className="exposure-count">{formatCount(units(key))}</span>
          </li>
        ))}
      </ul>
      <p className="field-hint">
        {stored
          ? `${plural(stored.units, 'unit')}${
              plannedUnits === undefined ? '' : ` of ${formatCount(plannedUnits)} planned`
            }${stored.several > 0 ? `; ${formatCount(stored.several)} saw more than one variant` : ''}.`
          : 'Each person, device or account once.'}
      </p>
      <h4>As they come</h4>
      {seen.length === 0 ? (
        <p className="field-hint">
          Nobody in the last minutes. An exposure comes when a page asks{' '}
          <code>PX.getExperiment</code>.
        </p>
      ) : (
        <ol className="exposures">
          {seen.slice(0, 12).map(({ key, variant, unit, at }) => (
            <li key={key}>
              <time>{formatTime(at).clock}</time>
              <code>{unit}</code>
              <span>{variant}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
