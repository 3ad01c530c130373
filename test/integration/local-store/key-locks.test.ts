import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KeyLocks } from '../../../src/adapters/local-store/key-locks.ts';
import { testFolder } from '../../support/test-folder.ts';

const MODULE = join(import.meta.dirname, '../../../src/adapters/local-store/key-locks.ts');

/** A process of its own with the locks of a folder; `body` says what it does with them. */
const holding = (folder: string, body: string) =>
  spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { appendFileSync } from 'node:fs';
       import { setTimeout as delay } from 'node:timers/promises';
       import { KeyLocks } from ${JSON.stringify(MODULE)};
       const note = (word) => appendFileSync(${JSON.stringify(join(folder, 'log'))}, word + '\\n');
       const locks = new KeyLocks(${JSON.stringify(join(folder, 'locks'))});
       ${body}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );

const HOLD_FOR_EVER = `await locks.hold('a', async () => { console.log('held'); await delay(600_000); });`;

test('of many in several processes that find the lock of a killed one, one at a time holds the key', async () => {
  const folder = testFolder();
  for (let round = 0; round < 3; round += 1) {
    const dead = holding(folder, HOLD_FOR_EVER);
    await once(dead.stdout, 'data');
    const contenders = Array.from({ length: 4 }, () =>
      holding(
        folder,
        `console.log('there');
         await Promise.all(Array.from({ length: 10 }, () =>
           locks.hold('a', async () => { note('in'); await delay(1); note('out'); })));`,
      ),
    );
    await Promise.all(contenders.map(({ stdout }) => once(stdout, 'data')));
    dead.kill('SIGKILL');
    const codes = await Promise.all(
      contenders.map(async (child) => (await once(child, 'exit'))[0] as number),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
  }
  const log = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n');
  expect(log).toHaveLength(3 * 4 * 10 * 2);
  expect(log.every((word, index) => word === (index % 2 === 0 ? 'in' : 'out'))).toBe(true);
});

test('a holder that is slow, or stopped, keeps the key', async () => {
  const folder = testFolder();
  const slow = holding(
    folder,
    `await locks.hold('a', async () => { console.log('held'); await delay(200); note('slow'); });`,
  );
  await once(slow.stdout, 'data');
  slow.kill('SIGSTOP');
  let isTaken = false;
  const other = new KeyLocks(join(folder, 'locks')).hold('a', () => Promise.resolve((isTaken = true)));
  await delay(300);
  expect(isTaken).toBe(false);
  slow.kill('SIGCONT');
  await other;
  expect(await readFile(join(folder, 'log'), 'utf8')).toBe('slow\n');
});

test('work that fails gives the key back', async () => {
  const locks = new KeyLocks(testFolder());
  await expect(locks.hold('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await locks.hold('a', () => Promise.resolve('held'))).toBe('held');
});
