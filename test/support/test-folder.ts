import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'clipscribe-test-'));
// What a killed process has started may write there a moment longer.
const remove = (): void => rmSync(root, { recursive: true, force: true, maxRetries: 10 });

// Benchmarks use these folders outside of any test; the test runner's processes end without an exit event.
if (process.env['VITEST'] === undefined) process.on('exit', remove);
else (await import('vitest')).afterAll(remove);

/** A new folder that lives as long as the tests of this file, or this process. */
export const testFolder = (): string => mkdtempSync(join(root, 'folder-'));
