import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before a storage on loopback that takes so many bytes of what is written to it, and then no more. */
export class StallingProxy {
  /** Method and path of each request. */
  readonly asked: string[] = [];
  /** Settles when the bytes have come after which nothing is taken. */
  readonly stalled: Promise<void>;
  /** Set to Infinity, it lets all through. */
  limitBytes: number;
  readonly #server;
  #taken = 0;

  private constructor(target: string, limitBytes: number) {
    this.limitBytes = limitBytes;
    const stalled = Promise.withResolvers<void>();
    this.stalled = stalled.promise;
    this.#server = createServer((incoming, outgoing) => {
      this.asked.push(`${incoming.method} ${incoming.url}`);
      const { method, headers } = incoming;
      const onward = ask(`${target}${incoming.url}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.on('data', (chunk: Buffer) => {
        this.#taken += chunk.length;
        if (this.#taken > this.limitBytes) {
          incoming.pause();
          stalled.resolve();
        } else onward.write(chunk);
      });
      incoming.once('end', () => onward.end());
      incoming.once('close', () => {
        if (!incoming.complete) onward.destroy();
      });
    });
  }

  static async start(target: string, limitBytes: number): Promise<StallingProxy> {
    const proxy = new StallingProxy(target, limitBytes);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  openConnections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
