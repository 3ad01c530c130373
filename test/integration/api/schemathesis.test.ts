import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeApi } from '../../../src/api/describe-api.ts';
import { pythonEnvironment } from '../../support/python.ts';
import { ScriptedService } from '../../support/scripted-service.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

/** Schemathesis makes requests from the OpenAPI document, good ones and bad ones, and looks at the answers. */
const TOKEN = 'the-owner-of-the-installation-of-this-test';
let service: ScriptedService;
beforeAll(async () => {
  service = await ScriptedService.start({ CLIPSCRIBE_ADMIN_TOKEN: TOKEN });
});
afterAll(() => service.close());

/** It wants Python 3.11; set-up leaves it out on an older one. */
const isInstalled = ((): boolean => {
  try {
    execFileSync(tools.python, ['-c', 'import schemathesis'], { env: pythonEnvironment(), stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];

/** These wait for workers or for work, or stop everything else. */
const LEFT_OUT = '/events$|^/v1/audio/|^/api/download-tasks/next$|^/api/admin/(stop|resume|retention)$';

/** Runs it; what it prints is its report. */
function schemathesis(...parameters: string[]): Promise<{ code: number; report: string }> {
  const program = 'from schemathesis.cli import schemathesis; schemathesis()';
  return new Promise((resolve) => {
    execFile(
      tools.python,
      ['-c', program, ...parameters],
      { env: pythonEnvironment(), cwd: testFolder(), maxBuffer: 64 * 1024 ** 2 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, report: stdout + stderr }),
    );
  });
}

test.skipIf(!isInstalled)('no request gets an answer that openapi.json does not describe', async () => {
  const document = join(testFolder(), 'openapi.json');
  await writeFile(document, describeApi());
  const { code, report } = await schemathesis(
    ...['run', document, '--url', service.api.address, '--header', `Authorization: Bearer ${TOKEN}`],
    ...['--checks', CHECKS.join(','), '--exclude-path-regex', LEFT_OUT],
    ...['--phases', 'examples,fuzzing', '--max-examples', '10', '--seed', '1', '--no-shrink'],
    ...['--generation-database', 'none', '--request-timeout', '20', '--warnings', 'off', '--no-color'],
  );
  expect(code, report.slice(0, 20_000)).toBe(0);
  expect(report).toMatch(/Tested: [3-9]\d/);
  expect(service.defects).toEqual([]);
});
