import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';

/**
 * Program: what one request costs before anything of ours is done. It reads a body and answers one, as large as the
 * API's, and prints its address.
 */
const answer = { id: 'job_01jd3m0p4ye6v8xz2q5r7t9abc', status: 'queued', filler: 'x'.repeat(400) };
const app = new Hono()
  .post('/job', async (context) => context.json({ ...answer, source: await context.req.json() }, 202))
  .get('/status', (context) => context.json(answer));

const server = createAdaptorServer({ fetch: app.fetch });
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ address: `http://127.0.0.1:${port}` })}\n`);
});
