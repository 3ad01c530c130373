import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { withoutSecrets } from '../../domain/without-secrets.ts';

/** ExportResultCode of OpenTelemetry. */
const SUCCESS = 0;

type ExportDone = Parameters<SpanExporter['export']>[1];

/**
 * Hands spans on without secrets: messages and stacks of errors are other people's text. Tells once when the
 * collector cannot be reached, and again only when it was reached in between.
 */
export class CleanExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #onUnreachable: (error: Error | undefined) => void;
  #isReached = true;

  constructor(exporter: SpanExporter, onUnreachable: (error: Error | undefined) => void) {
    this.#exporter = exporter;
    this.#onUnreachable = onUnreachable;
  }

  export(spans: ReadableSpan[], done: ExportDone): void {
    this.#exporter.export(spans.map(cleaned), (result) => {
      const isReached = result.code === SUCCESS;
      if (!isReached && this.#isReached) this.#onUnreachable(result.error);
      this.#isReached = isReached;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

function cleaned(span: ReadableSpan): ReadableSpan {
  const { message } = span.status;
  // What a span is beside its texts, such as its context, it has by its prototype.
  return Object.create(span, {
    attributes: { value: withoutSecretsIn(span.attributes) },
    status: {
      value: message === undefined ? span.status : { ...span.status, message: withoutSecrets(message) },
    },
    events: {
      value: span.events.map(({ attributes, ...event }) => ({
        ...event,
        ...(attributes === undefined ? {} : { attributes: withoutSecretsIn(attributes) }),
      })),
    },
  }) as ReadableSpan;
}

const withoutSecretsIn = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, cleanedValue(value)]));

function cleanedValue(value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value === 'string') return withoutSecrets(value);
  if (!Array.isArray(value)) return value;
  return value.map((item) => (typeof item === 'string' ? withoutSecrets(item) : item)) as AttributeValue;
}
