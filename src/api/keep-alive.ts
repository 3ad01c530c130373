import type { SSEStreamingApi } from 'hono/streaming';

const KEEP_ALIVE_MS = 15_000;

/** Writes a comment now and then while `body` runs, so that nothing on the way takes a quiet stream for a dead one. */
export async function keptAlive<T>(stream: SSEStreamingApi, body: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void stream.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
  try {
    return await body();
  } finally {
    clearInterval(timer);
  }
}
