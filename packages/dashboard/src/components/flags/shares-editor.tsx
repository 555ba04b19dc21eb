import type { ExperimentDefinition } from '@px-platform/protocol/flags';
import { evenShares, rangesOf, type Shares, sharesOf } from '../../flags/shares.js';
import { withPart } from '../../flags/draft.js';
import { Field } from './field.js';
import { RemoveButton } from './remove-button.js';

/** The variants of an experiment, and how many of whom get each. */
export function SharesEditor({
  experiment,
  onExperiment,
}: {
  readonly experiment: ExperimentDefinition;
  readonly onExperiment: (experiment: ExperimentDefinition) => void;
}) {
  const { variants } = experiment;
  const shares = sharesOf(variants.map(({ range }) => range));
  const deal = (list: ExperimentDefinition['variants'], next: Shares) => {
    const ranges = rangesOf(next);
    onExperiment({
      ...experiment,
      variants: list.map((variant, index) => ({ ...variant, range: ranges[index] ?? [1, 1] })),
    });
  };
  const coverage = shares?.coverage ?? 1;
  return (
    <section className="card" aria-label="Variants">
      <h3>
        Variants <span className="card-note">the first is what there is today</span>
      </h3>
      {shares ? (
        <>
          <div className="split-bar" aria-hidden="true">
            {variants.map(({ key }, index) => (
              <i
                key={`${key} ${index}`}
                className="split-part"
                data-part={index % 5}
                style={{ flexGrow: (shares.weights[index] ?? 0) * coverage }}
              />
            ))}
            <i className="split-rest" style={{ flexGrow: 1 - coverage }} />
          </div>
          {variants.map((variant, index) => (
            // A name changes as it is typed; its place does not.
            <div key={index} className="split-row">
              <i className="split-part" data-part={index % 5} aria-hidden="true" />
              <input
                className="input"
                type="text"
                spellCheck={false}
                autoComplete="off"
                aria-label={`Variant ${index + 1}`}
                value={variant.key}
                onChange={({ target }) =>
                  onExperiment({
                    ...experiment,
                    variants: withPart(variants, index, { ...variant, key: target.value.trim() }),
                  })
                }
              />
              <span className="split-share">
                {Math.round((shares.weights[index] ?? 0) * 1_000) / 10} %
              </span>
              <RemoveButton
                label={`Take variant ${variant.key} out`}
                disabled={variants.length <= 2}
                onRemove={() =>
                  deal(withPart(variants, index, null), evenShares(variants.length - 1, coverage))
                }
              />
            </div>
          ))}
          <button
            className="button button-plain audience-add"
            type="button"
            onClick={() =>
              deal(
                [...variants, { key: `variant-${variants.length}`, range: [1, 1] }],
                evenShares(variants.length + 1, coverage),
              )
            }
          >
            Another variant
          </button>
          {variants.length === 2 && (
            <Field label={`Share of ${variants[1]?.key}`}>
              {(id) => (
                <div className="slider">
                  <input
                    id={id}
                    type="range"
                    min={1}
                    max={99}
                    value={Math.round((shares.weights[1] ?? 0) * 100)}
                    onChange={({ target }) => {
                      const weight = Number(target.value) / 100;
                      deal(variants, { coverage, weights: [1 - weight, weight] });
                    }}
                  />
                </div>
              )}
            </Field>
          )}
          <Field
            label={`In the experiment: ${Math.round(coverage * 1_000) / 10} % of its audience`}
            hint="Who is in stays in as it grows, on the same side."
          >
            {(id) => (
              <div className="slider">
                <input
                  id={id}
                  type="range"
                  min={0}
                  max={100}
                  value={Math.round(coverage * 100)}
                  onChange={({ target }) =>
                    deal(variants, { ...shares, coverage: Number(target.value) / 100 })
                  }
                />
              </div>
            )}
          </Field>
        </>
      ) : (
        <div className="shares-other">
          <p className="field-hint">
            Its ranges were dealt by hand: they are edited as JSON, or dealt anew.
          </p>
          <button
            className="button"
            type="button"
            onClick={() => deal(variants, evenShares(variants.length))}
          >
            Deal evenly
          </button>
        </div>
      )}
    </section>
  );
}
