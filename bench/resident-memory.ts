import { readFileSync } from 'node:fs';

/** Resident memory of a process by Linux's /proc; 0 once it has ended. */
export function residentMiB(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
