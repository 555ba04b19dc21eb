import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { recordTraces, type RecordedTraces } from '@px-platform/test-services';
import { LogUnavailableError } from '@px-platform/store';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runCollector } from '../test/run-collector.js';

const SENDER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const TRACEPARENT = { traceparent: `00-${SENDER.traceId}-${SENDER.spanId}-01` };

let traces: RecordedTraces;
let collector: Awaited<ReturnType<typeof runCollector>>;
beforeAll(() => void (traces = recordTraces()));
afterAll(() => traces.stop());
afterEach(() => collector.close());

async function lastSpan() {
  const count = traces.spans().length;
  for (let n = 0; n < 100 && traces.spans().length === count; n += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return traces.spans().at(-1);
}

describe('given a sender that traces', () => {
  it('is its child, with the batch’s facts, and carries the trace to the log', async () => {
    let appendedIn: string | undefined;
    collector = await runCollector({
      append: async () => void (appendedIn = trace.getActiveSpan()?.spanContext().traceId),
    });
    const span = lastSpan();
    await collector.send(3, { headers: TRACEPARENT });
    const { name, kind, parentSpanContext, attributes, status } = (await span) ?? {};
    expect(appendedIn).toBe(SENDER.traceId);
    expect({ name, kind, parent: parentSpanContext?.spanId }).toEqual({
      name: 'POST /v1/batch',
      kind: SpanKind.SERVER,
      parent: SENDER.spanId,
    });
    expect(attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/batch',
      'http.response.status_code': 200,
      'px.project_id': 'shop',
      'px.events': 3,
    });
    expect(status?.code).toBe(SpanStatusCode.UNSET);
  });

  it('marks what could not be stored', async () => {
    collector = await runCollector({
      append: () => Promise.reject(new LogUnavailableError('no broker')),
    });
    const span = lastSpan();
    expect((await collector.send(1, { headers: TRACEPARENT })).status).toBe(503);
    expect((await span)?.status.code).toBe(SpanStatusCode.ERROR);
    expect((await span)?.attributes['http.response.status_code']).toBe(503);
  });

  it('begins a trace of its own where the header is none', async () => {
    collector = await runCollector();
    const span = lastSpan();
    await collector.send(1, { headers: { traceparent: 'nonsense' } });
    expect((await span)?.parentSpanContext).toBeUndefined();
  });
});
