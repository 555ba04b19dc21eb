import type { ExperimentDefinition, MetricDefinition } from '@px-platform/protocol/flags';
import { withPart } from '../../flags/draft.js';
import { RemoveButton } from './remove-button.js';

type Metrics = ExperimentDefinition['metrics'];
type Role = keyof Metrics;

const ROLES: readonly (readonly [role: Role, name: string, hint: string])[] = [
  ['goals', 'Goals', 'what decides'],
  ['secondary', 'Secondary', 'what is looked at, too'],
  ['guardrails', 'Guardrails', 'what must not get worse'],
];

const KINDS: readonly (readonly [kind: MetricDefinition['kind'], label: string])[] = [
  ['conversion', 'who does it at all'],
  ['count', 'how often'],
  ['sum', 'sum of'],
  ['ratio', 'ratio of'],
];

/** By what an experiment is judged. */
export function MetricsEditor({
  metrics,
  onMetrics,
}: {
  readonly metrics: Metrics;
  readonly onMetrics: (metrics: Metrics) => void;
}) {
  return (
    <section className="card" aria-label="Metrics">
      <h3>Metrics</h3>
      {ROLES.map(([role, name, hint]) => (
        <div key={role} className="metrics" role="group" aria-label={name}>
          <h4>
            {name} <span className="card-note">{hint}</span>
          </h4>
          {(metrics[role] ?? []).map((metric, index) => (
            <MetricRow
              key={index}
              metric={metric}
              onMetric={(next) =>
                onMetrics({ ...metrics, [role]: withPart(metrics[role] ?? [], index, next) })
              }
            />
          ))}
          <button
            className="button button-plain audience-add"
            type="button"
            onClick={() =>
              onMetrics({ ...metrics, [role]: [...(metrics[role] ?? []), newMetric(metrics)] })
            }
          >
            Add
          </button>
        </div>
      ))}
    </section>
  );
}

function newMetric({ goals, secondary = [], guardrails = [] }: Metrics): MetricDefinition {
  const keys = new Set([...goals, ...secondary, ...guardrails].map(({ key }) => key));
  let number = keys.size + 1;
  while (keys.has(`metric-${number}`)) number += 1;
  return { key: `metric-${number}`, kind: 'conversion', event: 'purchase' };
}

function MetricRow({
  metric,
  onMetric,
}: {
  readonly metric: MetricDefinition;
  readonly onMetric: (metric: MetricDefinition | null) => void;
}) {
  const field = (label: string, value: string, change: (text: string) => MetricDefinition) => (
    <input
      className="input"
      type="text"
      spellCheck={false}
      autoComplete="off"
      aria-label={label}
      placeholder={label.toLowerCase()}
      value={value}
      onChange={({ target }) => onMetric(change(target.value))}
    />
  );
  return (
    <div className="metric">
      {field('Name', metric.key, (key) => ({ ...metric, key: key.trim() }))}
      <select
        className="input"
        aria-label="What is counted"
        value={metric.kind}
        onChange={({ target }) => {
          const { property: _, denominator: __, ...rest } = metric;
          const kind = target.value as MetricDefinition['kind'];
          onMetric({
            ...rest,
            kind,
            ...(kind === 'sum' && { property: 'value' }),
            ...(kind === 'ratio' && { denominator: { event: 'page_view' } }),
          });
        }}
      >
        {KINDS.map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </select>
      {field('Event', metric.event, (event) => ({ ...metric, event }))}
      {metric.kind === 'sum' &&
        field('Property', metric.property ?? '', (property) => ({ ...metric, property }))}
      {metric.kind === 'ratio' &&
        field('To event', metric.denominator?.event ?? '', (event) => ({
          ...metric,
          denominator: { ...metric.denominator, event },
        }))}
      <select
        className="input"
        aria-label="Better is"
        value={metric.better ?? 'up'}
        onChange={({ target }) => onMetric({ ...metric, better: target.value as 'up' | 'down' })}
      >
        <option value="up">more is better</option>
        <option value="down">less is better</option>
      </select>
      <RemoveButton label={`Take ${metric.key} out`} onRemove={() => onMetric(null)} />
    </div>
  );
}
