import { createServer, type AddressInfo } from 'node:net';
import type { TelemetryOptions } from '@temporalio/worker';

/** The metrics of the Temporal SDK, which serves them at an address of its own. */
export interface SdkMetrics {
  /** What it serves now, in Prometheus' text format; empty while it does not. */
  read(): Promise<string>;
}

/** How long a scrape waits for the SDK. */
const READ_TIMEOUT_MS = 2000;

/** The SDK wants the number of a port, and does not tell which one it got; somebody else may be quicker to take it. */
const PORTS_TRIED = 5;

/**
 * Has the SDK serve its metrics on a free port of loopback: `/metrics` of the process hands them out with ours.
 *
 * @param install makes the SDK's runtime with these options; throws where the port is taken
 */
export async function sdkMetricsOnLoopback(
  install: (telemetryOptions: TelemetryOptions) => void,
): Promise<SdkMetrics> {
  for (let tries = 1; ; tries += 1) {
    const address = `127.0.0.1:${await freePort()}`;
    const prometheus = { bindAddress: address, countersTotalSuffix: true, useSecondsForDurations: true };
    try {
      install({ metrics: { prometheus } });
      return servedAt(address);
    } catch (error) {
      if (tries === PORTS_TRIED || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

function servedAt(address: string): SdkMetrics {
  return {
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
