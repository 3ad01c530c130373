import { readdir, readFile } from 'node:fs/promises';

/**
 * Resident memory of a process and of all that it started: ffmpeg and the model server count as well (R7).
 * Where the system has no `/proc`, that of this process alone.
 *
 * @returns bytes
 */
export async function residentBytesOfTree(rootProcessId: number): Promise<number> {
  const statuses = await readStatuses();
  if (statuses.size === 0) return process.memoryUsage.rss();
  let bytes = 0;
  const open = [rootProcessId];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    bytes += statuses.get(id)?.residentBytes ?? 0;
    for (const [child, { parentId }] of statuses) if (parentId === id) open.push(child);
  }
  return bytes;
}

interface Status {
  parentId: number;
  residentBytes: number;
}

async function readStatuses(): Promise<Map<number, Status>> {
  const names = await readdir('/proc').catch(() => []);
  const statuses = new Map<number, Status>();
  await Promise.all(
    names.filter(isNumber).map(async (name) => {
      // A process may end while it is looked at.
      const text = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
      const parentId = Number(/^PPid:\s+(\d+)/m.exec(text)?.[1]);
      const kibibytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
      if (Number.isInteger(parentId))
        statuses.set(Number(name), { parentId, residentBytes: kibibytes * 1024 });
    }),
  );
  return statuses;
}

const isNumber = (name: string): boolean => /^\d+$/.test(name);
