import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../../support/test-folder.ts';

const module = (path: string): string =>
  JSON.stringify(new URL(`../../../scripts/setup/${path}`, import.meta.url).href);

/** Runs a script that runs another by runNode. */
const startInnerScript = (inner: string) =>
  spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { runNode } from ${module('run-program.mjs')};
     process.exitCode = await runNode(process.execPath, ['--eval', ${JSON.stringify(inner)}]);`,
  ]);

describe('runNode', () => {
  it('ends with the exit code of what it runs', async () => {
    const child = startInnerScript('process.exit(3)');
    await once(child, 'close');
    expect(child.exitCode).toBe(3);
  });

  it('ends by the signal that ended what it runs', async () => {
    const child = startInnerScript('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)');
    await once(child, 'close');
    expect(child.signalCode).toBe('SIGTERM');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('hands %s on and waits for the orderly end', async (signal) => {
    const child = startInnerScript(
      `process.on('${signal}', () => setTimeout(() => process.exit(7), 100)); console.log('ready'); setInterval(() => {}, 1000)`,
    );
    await once(child.stdout, 'data');
    child.kill(signal);
    await once(child, 'close');
    expect(child.exitCode).toBe(7);
  });
});

describe('withLock', () => {
  it('lets one process at a time in', async () => {
    const folder = testFolder();
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const script = `
      import { readFileSync, writeFileSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withLock } from ${module('set-up-lock.mjs')};
      for (let turn = 0; turn < 3; turn += 1) {
        await withLock(${JSON.stringify(join(folder, 'lock'))}, () => {}, async () => {
          const value = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
          await sleep(20);
          writeFileSync(${JSON.stringify(counter)}, String(value + 1));
        });
      }`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' }),
    );
    await Promise.all(children.map((child) => once(child, 'close')));
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('12');
  });
});
