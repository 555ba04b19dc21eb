import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Link,
} from '@opentelemetry/api';

/** Of one batch more senders' traces are not linked to: SDKs keep no more by default. */
const MOST_LINKS = 128;

/** The headers that carry the current trace with a record; empty where there is none, or no OpenTelemetry SDK. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/**
 * Handles a batch within a span that links to the traces its records came with, as OpenTelemetry's conventions for
 * messaging have it: a batch has many senders, so none of them is its parent.
 */
export async function traceBatch<T>(
  { topic, carriers }: { readonly topic: string; readonly carriers: Iterable<object | undefined> },
  handle: () => Promise<T>,
): Promise<T> {
  return trace.getTracer('@px-platform/store').startActiveSpan(
    `process ${topic}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': topic },
      links: linksOf(carriers),
    },
    async (span) => {
      try {
        return await handle();
      } catch (error) {
        span.recordException(error as Error);
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
  );
}

function linksOf(carriers: Iterable<object | undefined>): Link[] {
  const links = new Map<string, Link>();
  for (const carrier of carriers) {
    if (!carrier || links.size >= MOST_LINKS) continue;
    const remote = trace.getSpanContext(propagation.extract(context.active(), texts(carrier)));
    if (remote) links.set(remote.spanId, { context: remote });
  }
  return [...links.values()];
}

const texts = (carrier: object) =>
  Object.fromEntries(Object.entries(carrier).map(([name, value]) => [name, String(value)]));
