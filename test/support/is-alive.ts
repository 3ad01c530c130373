import { execFileSync } from 'node:child_process';

/**
 * Whether a process is there and runs: a zombie is dead, whoever forgets to bury it, as the first process of a
 * container may.
 */
export function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z');
  } catch {
    // There is no such process.
    return false;
  }
}
