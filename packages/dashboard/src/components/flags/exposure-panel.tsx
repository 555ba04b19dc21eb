import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import type { SeenExposure } from '../../flags/use-exposures.js';
import { formatCount, formatTime } from '../../live/format.js';

/** Who was put where lately: as they come, and those that the server still remembers. */
export function ExposurePanel({
  experiment,
  exposures,
}: {
  readonly experiment: ExperimentDefinition;
  readonly exposures: readonly SeenExposure[];
}) {
  const own = exposures.filter((each) => each.experiment === experiment.key);
  const units = (variant: string) =>
    new Set(own.filter((each) => each.variant === variant).map(({ unit }) => unit)).size;
  const counts = experiment.variants.map(({ key }) => units(key));
  const most = Math.max(1, ...counts);
  return (
    <section className="panel" aria-label="Exposures">
      <h3>Lately exposed</h3>
      <p className="field-hint">
        As the live page has it: what came in the last minutes, not all there is.
      </p>
      <ul className="exposure-bars">
        {experiment.variants.map(({ key }, index) => (
          <li key={key}>
            <span className="exposure-name">{key}</span>
            <span className="exposure-bar">
              <i
                className="split-part"
                data-part={index % 5}
                style={{ inlineSize: `${((counts[index] ?? 0) / most) * 100}%` }}
              />
            </span>
            <span className="exposure-count">{formatCount(counts[index] ?? 0)}</span>
          </li>
        ))}
      </ul>
      {own.length === 0 ? (
        <p className="list-none">
          Nobody yet. An exposure comes when a page asks <code>PX.getExperiment</code>.
        </p>
      ) : (
        <ol className="exposures">
          {own.slice(0, 12).map(({ key, variant, unit, at }) => (
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
