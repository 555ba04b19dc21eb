import type { Request, Response } from 'express';
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
} from '@opentelemetry/api';

/**
 * Runs the rest of a request within a span, the child of the sender's where `traceparent` came with it. Free where
 * the process has no OpenTelemetry SDK.
 */
export function traceRequest(request: Request, response: Response, route: string, run: () => void) {
  const active = context.active();
  // An instrumented HTTP server has read the header already, and its span stands between.
  const parent = trace.getSpan(active) ? active : propagation.extract(active, request.headers);
  const attributes: Attributes = { 'http.request.method': request.method, 'http.route': route };
  trace
    .getTracer('@px-platform/collector')
    .startActiveSpan(
      `${request.method} ${route}`,
      { kind: SpanKind.SERVER, attributes },
      parent,
      (span) => {
        response.on('close', () => {
          const { statusCode, writableFinished } = response;
          if (writableFinished) span.setAttribute('http.response.status_code', statusCode);
          if (!writableFinished || statusCode >= 500)
            span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        });
        run();
      },
    );
}

/** Puts facts of the batch on the span of its request. */
export function traceFacts(attributes: Attributes): void {
  trace.getActiveSpan()?.setAttributes(attributes);
}
