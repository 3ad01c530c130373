import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { unlessGone } from './unless-gone.ts';

const attributesSchema = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0] as unknown])),
  );

/** OTLP over HTTP, as JSON: ExportTraceServiceRequest. */
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: attributesSchema }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: attributesSchema,
              status: z.object({ code: z.number() }).loose(),
              events: z.array(z.object({ name: z.string(), attributes: attributesSchema })).default([]),
            }),
          ),
        }),
      ),
    }),
  ),
});

type Span = z.infer<typeof requestSchema>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

export type ReceivedSpan = Span & { service: unknown };

/** A collector of traces on loopback, which keeps what it is sent. */
export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Every body, as it came. */
  readonly bodies: string[] = [];
  readonly #server = createServer((request, response) => {
    const take = (body: string): void => {
      this.bodies.push(body);
      for (const { resource, scopeSpans } of requestSchema.parse(JSON.parse(body)).resourceSpans)
        for (const { spans } of scopeSpans)
          this.spans.push(
            ...spans.map((span) => ({ ...span, service: resource.attributes['service.name'] })),
          );
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
    text(request).then(take).catch(unlessGone(request));
  });

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** As `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
