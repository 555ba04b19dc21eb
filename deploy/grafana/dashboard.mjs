// What to watch, as data; writes px-platform.json, which Grafana imports. After a change: npm run grafana --workspace deploy
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import common from '@grafana/grafana-foundation-sdk/common';
import dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import stat from '@grafana/grafana-foundation-sdk/stat';
import timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { format, resolveConfig } from 'prettier';

const rate = (metric, by = '') =>
  `sum${by && ` by (${by})`} (rate(${metric}{job=~"$job"}[$__rate_interval]))`;
const quantile = (share, metric) =>
  `histogram_quantile(${share}, ${rate(`${metric}_bucket`, 'le')})`;
const quantiles = (metric) => [
  { expr: quantile(0.5, metric), legend: 'p50' },
  { expr: quantile(0.95, metric), legend: 'p95' },
  { expr: quantile(0.99, metric), legend: 'p99' },
];

/** Panels by row, 24 columns wide. `good` draws the line that must not be crossed. */
export const ROWS = [
  {
    title: 'Is it well?',
    panels: [
      {
        title: 'Batches refused or failed, of all',
        description:
          '5xx: nothing was stored, and senders send again. Alert at 1 % over five minutes.',
        kind: 'stat',
        unit: 'percentunit',
        good: 0.01,
        queries: [
          {
            expr: `(sum(rate(px_collector_answers_total{job=~"$job",status=~"5.."}[$__rate_interval])) or vector(0)) / ${rate('px_collector_answers_total')}`,
          },
        ],
      },
      {
        title: 'Collectors whose log takes events',
        description: 'Each that does not answers 503, or spools.',
        kind: 'stat',
        unit: 'percentunit',
        least: 1,
        queries: [{ expr: 'avg(px_collector_log_ready{job=~"$job"})' }],
      },
      {
        title: 'From received to seen by questions, p95',
        description: 'The promise is two seconds.',
        kind: 'stat',
        unit: 's',
        good: 2,
        queries: [{ expr: quantile(0.95, 'px_processor_freshness_seconds') }],
      },
      {
        title: 'Events yet to be stored',
        description: 'Of the log. It grows where processors cannot keep up, or a store is away.',
        kind: 'stat',
        unit: 'short',
        good: 10_000,
        queries: [
          {
            expr: 'sum(max by (partition) (px_processor_log_lag_events{job=~"$job",topic="events_raw"}))',
          },
        ],
      },
    ],
  },
  {
    title: 'Collectors',
    panels: [
      {
        title: 'Events',
        description: 'By verdict: stored, dropped for good, or asked for again.',
        unit: 'eps',
        queries: [{ expr: rate('px_collector_events_total', 'verdict'), legend: '{{verdict}}' }],
      },
      {
        title: 'Answers',
        description: 'Batches by HTTP status.',
        unit: 'reqps',
        queries: [{ expr: rate('px_collector_answers_total', 'status'), legend: '{{status}}' }],
      },
      {
        title: 'Time to an answer',
        description: 'From the first byte of a batch. The promise is 50 ms, p95.',
        unit: 's',
        good: 0.05,
        queries: quantiles('px_collector_answer_seconds'),
      },
      {
        title: 'Of that, the log',
        description: 'Time Kafka took to have a batch on all replicas.',
        unit: 's',
        queries: quantiles('px_collector_append_seconds'),
      },
      {
        title: 'Why events were not stored',
        description: 'By code. See the collector’s README for what each means.',
        unit: 'eps',
        queries: [
          {
            expr: `sum by (code) (rate(px_collector_events_total{job=~"$job",verdict!="accepted"}[$__rate_interval]))`,
            legend: '{{code}}',
          },
        ],
      },
      {
        title: 'Departures from tracking plans',
        unit: 'eps',
        queries: [
          {
            expr: rate('px_collector_plan_violations_total', 'code, outcome'),
            legend: '{{code}}, {{outcome}}',
          },
        ],
      },
      {
        title: 'Under way',
        description: 'Batches that are read, judged, or wait for the log.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (instance) (px_collector_requests_in_flight{job=~"$job"})',
            legend: '{{instance}}',
          },
        ],
      },
      {
        title: 'On local disks',
        description: 'Events that wait in spools for Kafka.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (instance) (px_collector_spool_events{job=~"$job"})',
            legend: '{{instance}} events',
          },
          {
            expr: 'sum by (instance) (px_collector_spool_bytes{job=~"$job"})',
            legend: '{{instance}} bytes',
          },
        ],
      },
      {
        title: 'Passed uncounted, and refused by address',
        description:
          'Quotas fail open: Redis is away. Addresses are refused before anything is read.',
        unit: 'reqps',
        queries: [
          { expr: rate('px_collector_limiter_errors_total'), legend: 'uncounted' },
          { expr: rate('px_collector_refused_addresses_total'), legend: 'refused' },
        ],
      },
      {
        title: 'Sizes',
        unit: 'short',
        queries: [
          {
            expr: `${rate('px_collector_batch_events_sum')} / ${rate('px_collector_batch_events_count')}`,
            legend: 'events in a batch',
          },
          {
            expr: `${rate('px_collector_body_bytes_total')} / ${rate('px_collector_batch_events_sum')}`,
            legend: 'bytes an event',
          },
        ],
      },
    ],
  },
  {
    title: 'Flags',
    panels: [
      {
        title: 'Answers',
        description: 'By route and HTTP status. 304: the reader has it already.',
        unit: 'reqps',
        queries: [
          {
            expr: rate('px_collector_flags_answers_total', 'route, status'),
            legend: '{{route}} {{status}}',
          },
        ],
      },
      {
        title: 'Open streams',
        description: 'Readers who wait for a change, and documents that are remembered for all.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (route) (px_collector_flags_streams{job=~"$job"})',
            legend: '{{route}}',
          },
          { expr: 'max(px_collector_flags_documents{job=~"$job"})', legend: 'documents' },
        ],
      },
      {
        title: 'Streams refused, dropped; reads that failed',
        description:
          'full: raise PX_FLAG_STREAMS, or run more collectors. Where reads fail what was known last is served.',
        unit: 'cps',
        queries: [
          {
            expr: rate('px_collector_flags_streams_dropped_total', 'reason'),
            legend: '{{reason}}',
          },
          { expr: rate('px_collector_flags_read_errors_total'), legend: 'reads that failed' },
          {
            expr: rate('px_collector_segments_read_errors_total'),
            legend: 'reads of segments that failed',
          },
        ],
      },
      {
        title: 'Collectors that hear of changes at once',
        description:
          'The others ask every five seconds: Postgres is away, or a pooler stands before it.',
        unit: 'percentunit',
        least: 1,
        kind: 'stat',
        queries: [{ expr: 'avg(px_collector_flags_listening{job=~"$job"})' }],
      },
    ],
  },
  {
    title: 'Processors',
    panels: [
      {
        title: 'Events',
        description: 'By outcome. Duplicates are what senders, or a rebalance, brought twice.',
        unit: 'eps',
        queries: [{ expr: rate('px_processor_events_total', 'outcome'), legend: '{{outcome}}' }],
      },
      {
        title: 'Yet to be handled',
        description:
          'Of all partitions, and of the fullest: where that is nearly all of it, one person or project brings too much, or a processor stands still.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (topic) (max by (topic, partition) (px_processor_log_lag_events{job=~"$job"}))',
            legend: '{{topic}}',
          },
          {
            expr: 'max by (topic) (px_processor_log_lag_events{job=~"$job"})',
            legend: '{{topic}}, the fullest partition',
          },
        ],
      },
      {
        title: 'From received to stored',
        unit: 's',
        good: 2,
        queries: quantiles('px_processor_freshness_seconds'),
      },
      {
        title: 'Time for a batch',
        unit: 's',
        queries: quantiles('px_processor_batch_seconds'),
      },
      {
        title: 'Events in a batch',
        unit: 'short',
        queries: [
          {
            expr: `${rate('px_processor_batch_events_sum')} / ${rate('px_processor_batch_events_count')}`,
            legend: 'mean',
          },
        ],
      },
      {
        title: 'Steps that failed',
        description: 'The event was stored without what the step would have said.',
        unit: 'eps',
        queries: [{ expr: rate('px_processor_step_errors_total', 'step'), legend: '{{step}}' }],
      },
      {
        title: 'Time a step takes',
        description: 'Of one event. All steps together take some 10 µs.',
        unit: 's',
        queries: [
          {
            expr: `${rate('px_processor_step_seconds_sum', 'step')} / ${rate('px_processor_step_seconds_count', 'step')}`,
            legend: '{{step}}',
          },
        ],
      },
      {
        title: 'Beside the batches',
        description:
          'Share of the time that aggregates and live numbers take: a twentieth each at most.',
        unit: 'percentunit',
        queries: [
          {
            expr: 'sum by (instance, chore) (rate(px_processor_chore_seconds_sum{job=~"$job"}[$__rate_interval]))',
            legend: '{{chore}} {{instance}}',
          },
        ],
      },
      {
        title: 'Stored and not told of',
        description: 'Redis or Kafka did not take it, or it came too late for an aggregate.',
        unit: 'eps',
        queries: [{ expr: rate('px_processor_unpublished_total', 'what'), legend: '{{what}}' }],
      },
      {
        title: 'Members of segments',
        description: 'Rows that came and went, by segments of what people did.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (change) (increase(px_processor_segment_members_total{job=~"$job"}[$__rate_interval]))',
            legend: '{{change}}',
          },
        ],
      },
      {
        title: 'Segments that are not what they should be',
        description:
          'too_many: narrow it down, the API says which. failed: the log says why. left: a run had no time for them.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (problem) (increase(px_processor_segment_problems_total{job=~"$job"}[1h]))',
            legend: '{{problem}}',
          },
          { expr: 'max(px_processor_segments_behind{job=~"$job"})', legend: 'left' },
        ],
      },
      {
        title: 'Kept long enough',
        description:
          'Rows deleted because their project keeps them no longer, mostly after midnight UTC.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (table) (increase(px_processor_expired_rows_total{job=~"$job"}[1h]))',
            legend: '{{table}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        title: 'CPU',
        description: 'Cores. One Node process has about one to spend.',
        unit: 'short',
        queries: [
          {
            expr: rate('process_cpu_seconds_total', 'job, instance'),
            legend: '{{job}} {{instance}}',
          },
        ],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        queries: [
          { expr: 'process_resident_memory_bytes{job=~"$job"}', legend: '{{job}} {{instance}}' },
        ],
      },
      {
        title: 'Event loop, p99',
        description: 'How late a turn of the loop comes. Everything else waits for it.',
        unit: 's',
        queries: [
          { expr: 'nodejs_eventloop_lag_p99_seconds{job=~"$job"}', legend: '{{job}} {{instance}}' },
        ],
      },
    ],
  },
];

/** Grafana's own model of it. */
export function buildDashboard() {
  const built = new dashboard.DashboardBuilder('PX Platform')
    .uid('px-platform')
    .tags(['px-platform'])
    .description('Collectors and processors of PX Platform.')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .withVariable(
      new dashboard.DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
    )
    .withVariable(
      new dashboard.QueryVariableBuilder('job')
        .label('Job')
        .query('label_values(process_start_time_seconds, job)')
        .datasource({ type: 'prometheus', uid: '${datasource}' })
        .regex('/px/')
        .multi(true)
        .includeAll(true)
        .refresh(dashboard.VariableRefresh.OnTimeRangeChanged),
    );
  for (const { title, panels } of ROWS) {
    built.withRow(new dashboard.RowBuilder(title));
    for (const panel of panels) built.withPanel(panelOf(panel));
  }
  return built.build();
}

function panelOf({ kind, title, description, unit, good, least, queries }) {
  const panel = kind === 'stat' ? statOf() : seriesOf(good);
  panel.title(title).unit(unit).datasource({ type: 'prometheus', uid: '${datasource}' });
  if (description) panel.description(description);
  if (good !== undefined) panel.thresholds(thresholds(['green', null], ['red', good]));
  if (least !== undefined) panel.thresholds(thresholds(['red', null], ['green', least]));
  for (const [index, { expr, legend }] of queries.entries()) {
    const query = new prometheus.DataqueryBuilder()
      .refId(String.fromCharCode(65 + index))
      .expr(expr);
    if (legend) query.legendFormat(legend);
    panel.withTarget(query);
  }
  return panel;
}

function statOf() {
  return new stat.PanelBuilder()
    .span(6)
    .height(5)
    .colorMode(common.BigValueColorMode.Background)
    .graphMode(common.BigValueGraphMode.Area)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']));
}

function seriesOf(good) {
  const panel = new timeseries.PanelBuilder()
    .span(8)
    .height(8)
    .lineWidth(1)
    .fillOpacity(10)
    .showPoints(common.VisibilityMode.Never)
    .min(0)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (good === undefined) return panel;
  return panel.thresholdsStyle(
    new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
  );
}

function thresholds(...steps) {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(steps.map(([color, value]) => ({ color, value })));
}

const path = fileURLToPath(new URL('./px-platform.json', import.meta.url));

/** What px-platform.json holds. */
export const render = async () =>
  format(JSON.stringify(buildDashboard()), { ...(await resolveConfig(path)), parser: 'json' });

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, await render());
