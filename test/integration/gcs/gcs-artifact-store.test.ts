import { afterAll, beforeAll, describe } from 'vitest';
import { startGcsEmulator, type StorageEmulator } from '../../support/storage-emulators.ts';
import { artifactStoreSuite } from '../contract/artifact-store.suite.ts';
import { presignedSuite } from '../contract/presigned.suite.ts';

let emulator: StorageEmulator;
let count = 0;

beforeAll(async () => {
  emulator = await startGcsEmulator();
  Object.assign(process.env, emulator.settings);
});
afterAll(() => emulator?.close());

artifactStoreSuite('A bucket of Google Cloud Storage', async () =>
  emulator.store(`test-${(count += 1)}/below`),
);

describe('A bucket of Google Cloud Storage', () => {
  presignedSuite(
    () => emulator.store(`test-${(count += 1)}`),
    ['content-type', 'x-goog-content-length-range', 'x-goog-if-generation-match'],
  );
});
