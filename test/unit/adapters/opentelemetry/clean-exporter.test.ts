import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { describe, expect, it } from 'vitest';
import { CleanExporter } from '../../../../src/adapters/opentelemetry/clean-exporter.ts';

const SECRET = 'canary0123456789';

/** What comes out of a real tracer through a clean exporter. */
function tracerTo(inner: InMemorySpanExporter) {
  const warnings: unknown[] = [];
  const exporter = new CleanExporter(inner, (error) => warnings.push(error));
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { tracer: provider.getTracer('test'), warnings };
}

describe('spans on their way out', () => {
  it('lose secrets in attributes, in the status, and in messages and stacks of errors', () => {
    const inner = new InMemorySpanExporter();
    const span = tracerTo(inner).tracer.startSpan('step', {
      attributes: {
        address: `https://user:${SECRET}@example.org/a?key=${SECRET}`,
        list: ['plain', `Bearer ${SECRET}`],
        attempt: 2,
      },
    });
    span.recordException(new Error(`no answer of https://example.org/b?signature=${SECRET}`));
    span.setStatus({ code: 2, message: `Bearer ${SECRET}` });
    span.end();

    const [sent] = inner.getFinishedSpans();
    expect(sent?.attributes).toEqual({
      ...{ address: 'https://example.org/a', list: ['plain', '…'], attempt: 2 },
    });
    expect(sent?.status).toEqual({ code: 2, message: '…' });
    expect(sent?.events[0]?.attributes).toMatchObject({
      'exception.message': 'no answer of https://example.org/b',
    });
    expect(JSON.stringify(sent?.events)).not.toContain(SECRET);
    expect(sent?.name).toBe('step');
    expect(sent?.spanContext()).toEqual(span.spanContext());
  });

  it('give one warning for each time that the collector goes away', () => {
    const inner = new InMemorySpanExporter();
    const { tracer, warnings } = tracerTo(inner);
    const away = new Error('connect ECONNREFUSED');
    inner.export = (_spans, done) => done({ code: 1, error: away });
    tracer.startSpan('one').end();
    tracer.startSpan('two').end();
    expect(warnings).toEqual([away]);
    inner.export = (_spans, done) => done({ code: 0 });
    tracer.startSpan('three').end();
    inner.export = (_spans, done) => done({ code: 1, error: away });
    tracer.startSpan('four').end();
    expect(warnings).toEqual([away, away]);
  });
});
