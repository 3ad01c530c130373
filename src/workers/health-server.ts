import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SettingsError } from '../config/settings.ts';

/**
 * Answers `GET /health` with `{status, timestamp, service}` (V3, H9): 200 while the worker takes work, 503
 * while it starts or drains.
 */
export async function startHealthServer(
  port: number,
  service: string,
  isHealthy: () => boolean,
): Promise<{ port: number; server: Server }> {
  const server = createServer((request, response) => {
    if (request.url !== '/health') {
      response.writeHead(404).end();
      return;
    }
    const healthy = isHealthy();
    response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        status: healthy ? 'ok' : 'unavailable',
        timestamp: new Date().toISOString(),
        service,
      }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is taken: set CLIPSCRIBE_HEALTH_PORT to a free one, or to 0 for any.`;
      reject(cause.code === 'EADDRINUSE' ? new SettingsError(taken, { cause }) : cause);
    });
    // Checks of Cloud Run or a load balancer come from other hosts; a port that the system chose is known here only.
    server.listen(port, port === 0 ? '127.0.0.1' : undefined, resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}
