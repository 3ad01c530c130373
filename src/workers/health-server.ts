import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SettingsError } from '../config/settings.ts';

/** What a worker tells of itself. */
export interface WorkerHealth {
  service: string;
  isHealthy: () => boolean;
  /** In Prometheus' text format. */
  metrics: () => Promise<string>;
}

/**
 * Answers `GET /health` with `{status, timestamp, service}` (V3, H9): 200 while the worker takes work, 503
 * while it starts or drains. `GET /metrics` is for Prometheus.
 *
 * @param host absent: all interfaces, or loopback for a port that the system chooses
 */
export async function startHealthServer(
  port: number,
  { service, isHealthy, metrics }: WorkerHealth,
  host?: string,
): Promise<{ port: number; server: Server }> {
  const server = createServer((request, response) => {
    if (request.url === '/health') {
      const healthy = isHealthy();
      response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' });
      const status = healthy ? 'ok' : 'unavailable';
      response.end(JSON.stringify({ status, timestamp: new Date().toISOString(), service }));
    } else if (request.url === '/metrics') {
      metrics().then(
        (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
        () => response.writeHead(500).end(),
      );
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is taken: set CLIPSCRIBE_HEALTH_PORT to a free one, or to 0 for any.`;
      reject(cause.code === 'EADDRINUSE' ? new SettingsError(taken, { cause }) : cause);
    });
    // Checks of Cloud Run or a load balancer come from other hosts; a port that the system chose is known here only.
    server.listen(port, host ?? (port === 0 ? '127.0.0.1' : undefined), resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}
