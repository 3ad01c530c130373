import { createServer } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sdkMetricsOnLoopback } from '../../../../src/adapters/prometheus/sdk-metrics.ts';

const server = createServer((_request, response) => response.end('what the SDK measures'));
afterEach(() => void server.close());

/** As the SDK's runtime, which serves its metrics at the address that it is given. */
const serve = ({ metrics }: Parameters<Parameters<typeof sdkMetricsOnLoopback>[0]>[0]): void => {
  const { bindAddress } = (metrics as { prometheus: { bindAddress: string } }).prometheus;
  server.listen(Number(bindAddress.split(':')[1]), '127.0.0.1');
};

describe('the metrics of the SDK', () => {
  test('are served at another port where somebody was quicker to take the first one', async () => {
    const install = vi.fn(serve).mockImplementationOnce(() => {
      throw new Error('Failed to start prometheus metrics exporter: Address already in use (os error 98)');
    });
    const metrics = await sdkMetricsOnLoopback(install);
    expect(install).toHaveBeenCalledTimes(2);
    expect(await metrics.read()).toBe('what the SDK measures');
  });

  test('are not tried for again where anything else is wrong', async () => {
    const install = vi.fn(() => {
      throw new Error('The runtime is there already.');
    });
    await expect(sdkMetricsOnLoopback(install)).rejects.toThrow('The runtime is there already.');
    expect(install).toHaveBeenCalledTimes(1);
  });
});
