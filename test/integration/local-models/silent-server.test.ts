import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { endpointAt } from '../../../src/adapters/local-models/endpoint.ts';
import { ModelServerClient } from '../../../src/adapters/local-models/model-server-client.ts';

it('a server that takes a request and never answers is given up, to be asked again', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new ModelServerClient(
    () => Promise.resolve(endpointAt(`http://127.0.0.1:${port}/v1`, undefined)),
    { silenceMs: 200 },
  );
  const asked = client.post('/audio/transcriptions', '{}', { signal: new AbortController().signal });
  await expect(asked).rejects.toMatchObject({ code: 'ModelUnavailable' });
  await client.close();
  server.closeAllConnections();
  server.close();
});
