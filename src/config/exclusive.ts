import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Takes something for this process alone, among the processes of this machine that share a home. The system
 * gives it back when the process ends, however it ends: the lock is a listening local socket.
 *
 * @returns a function that gives it back, or undefined when another process has it
 */
export async function takeExclusively(home: string, name: string): Promise<(() => void) | undefined> {
  const path = socketPath(home, name);
  const server = (await listen(path)) ?? (await listenInPlaceOfDead(path));
  if (server === undefined) return undefined;
  server.unref();
  return () => server.close();
}

/** Whether some process of this machine has it. */
export const isTaken = (home: string, name: string): Promise<boolean> => answers(socketPath(home, name));

/** An abstract socket, a named pipe, or where there is neither a file; short, whatever the length of the home. */
function socketPath(home: string, name: string): string {
  const id = `clipscribe-${createHash('sha256')
    .update(`${resolve(home)}\n${name}`)
    .digest('hex')
    .slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${id}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${id}`;
  return join(tmpdir(), `${id}.sock`);
}

const listen = (path: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path }, () => resolve(server));
  });

/** A socket file outlives a killed process; then nobody answers on it. */
async function listenInPlaceOfDead(path: string): Promise<Server | undefined> {
  const isFile = path.startsWith('/');
  if (!isFile || (await answers(path))) return undefined;
  rmSync(path, { force: true });
  return listen(path);
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ path }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
