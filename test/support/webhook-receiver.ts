import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notificationEventSchema, type NotificationEvent } from '../../src/domain/notification-event.ts';

export interface ReceivedWebhook {
  path: string;
  headers: Record<string, string>;
  body: string;
  event: NotificationEvent;
}

/** A real HTTP server that takes webhooks. What a path answers can be set; the default is 200. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Status by path; `hang`: no answer at all. */
  readonly answers = new Map<string, { status: number; location?: string } | 'hang'>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text: string) => (body += text));
      request.on('end', () => {
        const path = request.url ?? '';
        const headers = request.headers as Record<string, string>;
        const event = notificationEventSchema.parse(JSON.parse(body));
        this.received.push({ path, headers, body, event });
        const answer = this.answers.get(path) ?? { status: 200 };
        if (answer === 'hang') return;
        response.statusCode = answer.status;
        if (answer.location !== undefined) response.setHeader('location', answer.location);
        response.end();
      });
    });
  }

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  at(path: string): ReceivedWebhook[] {
    return this.received.filter((webhook) => webhook.path === path);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
