import { expect, test } from 'vitest';
import { launchCommand } from '../../../../src/adapters/process/resource-limits.ts';

test('a program is launched under all limits that are set, its own options untouched', () => {
  const tools = { prlimit: '/usr/bin/prlimit', setpriv: '/usr/bin/setpriv' };
  const limits = { addressSpaceBytes: 1_000, fileSizeBytes: 0, openFiles: 64, processes: 9 };
  expect(launchCommand('/opt/ffmpeg', ['--', '-i', 'file:a b'], limits, tools)).toEqual([
    ...['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'],
    ...['/usr/bin/prlimit', '--core=0', '--as=1000', '--fsize=0', '--nofile=64', '--nproc=9', '--'],
    ...['/opt/ffmpeg', '--', '-i', 'file:a b'],
  ]);
});

test('a program is launched as it is where the system has no such tools', () => {
  const tools = { prlimit: undefined, setpriv: undefined };
  expect(launchCommand('/opt/ffmpeg', ['-version'], { openFiles: 64 }, tools)).toEqual([
    '/opt/ffmpeg',
    '-version',
  ]);
});
