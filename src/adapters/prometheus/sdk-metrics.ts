import { createServer, type AddressInfo } from 'node:net';
import type { TelemetryOptions } from '@temporalio/worker';

/** The metrics of the Temporal SDK, which serves them at an address of its own. */
export interface SdkMetrics {
  telemetryOptions: TelemetryOptions;
  /** What it serves now, in Prometheus' text format; empty before it does. */
  read(): Promise<string>;
}

/** How long a scrape waits for the SDK. */
const READ_TIMEOUT_MS = 2000;

/** Has the SDK serve its metrics on a free port of loopback: `/metrics` of the process hands them out with ours. */
export async function sdkMetricsOnLoopback(): Promise<SdkMetrics> {
  const address = `127.0.0.1:${await freePort()}`;
  const prometheus = { bindAddress: address, countersTotalSuffix: true, useSecondsForDurations: true };
  return {
    telemetryOptions: { metrics: { prometheus } },
    read: async () => {
      try {
        const answer = await fetch(`http://${address}/metrics`, {
          signal: AbortSignal.timeout(READ_TIMEOUT_MS),
        });
        return answer.ok ? await answer.text() : '';
      } catch {
        return '';
      }
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
