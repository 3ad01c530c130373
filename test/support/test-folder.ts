import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'clipscribe-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new folder that lives as long as the tests of this file. */
export const testFolder = (): string => mkdtempSync(join(root, 'folder-'));
