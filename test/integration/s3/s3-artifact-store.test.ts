import { afterAll, beforeAll, describe } from 'vitest';
import { startS3Emulator, type StorageEmulator } from '../../support/storage-emulators.ts';
import { artifactStoreSuite } from '../contract/artifact-store.suite.ts';
import { presignedSuite } from '../contract/presigned.suite.ts';

let emulator: StorageEmulator;
let count = 0;

beforeAll(async () => {
  emulator = await startS3Emulator();
  Object.assign(process.env, emulator.settings);
});
afterAll(() => emulator?.close());

artifactStoreSuite('A bucket of S3', async () => emulator.store(`test-${(count += 1)}/below`));

describe('A bucket of S3', () => {
  presignedSuite(
    () => emulator.store(`test-${(count += 1)}`),
    ['content-length', 'content-type', 'if-none-match'],
  );
});
