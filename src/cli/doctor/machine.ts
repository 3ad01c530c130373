/** Checks of the machine: Node, the data folder, disk, memory, ports. */
import { mkdtemp, mkdir, rm, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { formatVersion, isAtLeast, OLDEST, parseVersion } from '../../../scripts/setup/versions.mjs';
import { GIB, inGib } from '../../domain/gib.ts';
import { isListening } from '../stack/ports.ts';
import { missing, ok, warning, type Finding } from './finding.ts';

/** Below this an hour of audio, its chunks and results may not fit. */
const LEAST_DISK_BYTES = 1 * GIB;
/** A long job at the default limits, with room for models. */
const GOOD_DISK_BYTES = 10 * GIB;
/** Whisper base, spaCy, the worker and the Temporal server together. */
const GOOD_MEMORY_BYTES = 2 * GIB;

/** @param text as `process.version` */
export function judgeNode(text: string): Finding {
  const version = parseVersion(text);
  if (version && isAtLeast(version, OLDEST.nodeRuntime)) return ok('Node', formatVersion(version));
  const needed = OLDEST.nodeRuntime[0];
  return missing('Node', text, `ClipScribe runs on Node ${needed}: start it by \`npx clipscribe\`.`);
}

export function judgeDisk(freeBytes: number): Finding {
  const detail = `${inGib(freeBytes)} free`;
  const fix = 'Make room on the disk of CLIPSCRIBE_HOME, or move CLIPSCRIBE_HOME to another.';
  if (freeBytes < LEAST_DISK_BYTES) return missing('Disk', detail, fix);
  return freeBytes < GOOD_DISK_BYTES ? warning('Disk', detail, fix) : ok('Disk', detail);
}

export function judgeMemory(freeBytes: number): Finding {
  const detail = `${inGib(freeBytes)} free`;
  if (freeBytes >= GOOD_MEMORY_BYTES) return ok('Memory', detail);
  return warning('Memory', detail, `Close other programs: a job wants ${inGib(GOOD_MEMORY_BYTES)}.`);
}

/**
 * @param ours ports of the local stack that runs
 * @param taken ports on which something listens
 */
export function judgePorts(
  wanted: readonly number[],
  taken: readonly number[],
  ours: readonly number[],
): Finding {
  const foreign = wanted.filter((port) => taken.includes(port) && !ours.includes(port));
  if (foreign.length > 0) {
    const detail = `${foreign.join(', ')} taken by another program`;
    return warning('Ports', detail, 'Nothing to do: the next free port is used, and its address is printed.');
  }
  const running = wanted.filter((port) => ours.includes(port));
  return ok(
    'Ports',
    running.length > 0 ? `${running.join(', ')} used by ClipScribe` : `${wanted.join(', ')} free`,
  );
}

/** Whether data, models and tools can be written. */
export async function checkHome(home: string): Promise<Finding> {
  try {
    await mkdir(home, { recursive: true });
    await rm(await mkdtemp(join(home, '.doctor-')), { recursive: true });
    return ok('Data folder', home);
  } catch (error) {
    const fix = 'Make the folder writable, or set CLIPSCRIBE_HOME to one that is.';
    return missing('Data folder', `${home} (${(error as NodeJS.ErrnoException).code})`, fix);
  }
}

/** Free space of the disk that the data folder is on. */
export async function checkDisk(home: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(home);
    return judgeDisk(bavail * bsize);
  } catch (error) {
    return warning(
      'Disk',
      `not known (${(error as NodeJS.ErrnoException).code})`,
      'Mend the data folder first.',
    );
  }
}

export const checkMemory = (): Finding => judgeMemory(freemem());

/** @param ours ports of the local stack that runs */
export async function checkPorts(wanted: readonly number[], ours: readonly number[]): Promise<Finding> {
  const listening = await Promise.all(wanted.map((port) => isListening(`127.0.0.1:${port}`)));
  return judgePorts(
    wanted,
    wanted.filter((_, index) => listening[index]),
    ours,
  );
}
