import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WORKER_ROLES } from '../../../src/contracts/task-queues.ts';
import { testFolder } from '../../support/test-folder.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const folder = join(checkout, 'deploy/systemd');
const units = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

/** All values of a directive. */
const valuesOf = (text: string, directive: string): string[] =>
  [...text.matchAll(new RegExp(`^${directive}=(.*)$`, 'gm'))].map(([, value = '']) => value);

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.each(units)('deploy/systemd/$name', ({ name, text }) => {
  it('starts a command that there is, on the Node that set-up installs', () => {
    const [command = ''] = valuesOf(text, 'ExecStart');
    expect(command).toMatch(
      /^\/opt\/clipscribe\/node_modules\/\.bin\/node \/opt\/clipscribe\/bin\/clipscribe\.mjs (api|worker --role %i)$/,
    );
  });

  it('is restarted, ends in order, and is kept to what it needs', () => {
    expect(valuesOf(text, 'Restart')).toEqual(['always']);
    expect(Number(valuesOf(text, 'TimeoutStopSec')[0])).toBeGreaterThan(8);
    for (const directive of ['NoNewPrivileges', 'ProtectHome', 'PrivateTmp', 'PrivateDevices'])
      expect(valuesOf(text, directive)).toEqual(['yes']);
    expect(valuesOf(text, 'ProtectSystem')).toEqual(['strict']);
    expect(valuesOf(text, 'User')).toEqual(['clipscribe']);
  });

  // Where there is no systemd, its own verdict cannot be had.
  it.runIf(hasSystemd)('is accepted by systemd without a word', () => {
    const path = join(testFolder(), name);
    // It looks for the programs that the unit names.
    writeFileSync(path, text.replaceAll('/opt/clipscribe/', checkout));
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect({ said: stdout + stderr, status }).toEqual({ said: '', status: 0 });
  });
});

it('the instances that a worker’s unit names are roles of workers', () => {
  const worker = units.find(({ name }) => name === 'clipscribe-worker@.service')?.text ?? '';
  const [firstLine = ''] = worker.split('\n');
  const named = [...firstLine.matchAll(/@(\w+)/g)].map(([, role]) => role);
  expect(named.length).toBeGreaterThan(0);
  expect(Object.keys(WORKER_ROLES)).toEqual(expect.arrayContaining(named));
});
