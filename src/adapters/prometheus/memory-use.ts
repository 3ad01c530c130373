import { freemem, totalmem } from 'node:os';
import { residentBytesOfTree } from './resident-memory.ts';

/** What bounds the memory of a worker, and how much is in use. */
export interface MemoryFacts {
  /** The limit of its container or unit; where there is none, 0 or a number beyond all memory. */
  constrainedBytes: number;
  machineBytes: number;
  freeBytes: number;
  /** Of the process and of all that it started. */
  residentBytes: number;
}

type Bounds = Pick<MemoryFacts, 'constrainedBytes' | 'machineBytes'>;
const bounds = (): Bounds => ({
  constrainedBytes: process.constrainedMemory(),
  machineBytes: totalmem(),
});

const isLimited = ({ constrainedBytes, machineBytes }: Bounds): boolean =>
  constrainedBytes > 0 && constrainedBytes < machineBytes;

/** Whether a container or unit may use less than the machine has. */
export const hasMemoryLimit = (): boolean => isLimited(bounds());

/** What the process and all that it starts may use, in bytes. */
export function memoryLimitBytes(): number {
  const { constrainedBytes, machineBytes } = bounds();
  return isLimited({ constrainedBytes, machineBytes }) ? constrainedBytes : machineBytes;
}

/**
 * The share of memory that is in use, from 0 to 1 (R7): of a limit what the process and all that it started hold, the
 * files in the cache left out; without a limit, of the machine's memory what anybody holds.
 */
export function memoryShareOf({ constrainedBytes, machineBytes, ...facts }: MemoryFacts): number {
  return isLimited({ constrainedBytes, machineBytes })
    ? facts.residentBytes / constrainedBytes
    : (machineBytes - facts.freeBytes) / machineBytes;
}

/** {@link memoryShareOf} this process, now. */
export const readMemoryShare = async (): Promise<number> =>
  memoryShareOf({
    ...bounds(),
    freeBytes: freemem(),
    // Without a limit it does not count, and telling it takes a look at every process of the machine.
    residentBytes: hasMemoryLimit() ? await residentBytesOfTree(process.pid) : 0,
  });
