import { connect, createServer } from 'node:net';

/** How far a taken port is stepped over. */
const STEPS = 100;

/**
 * The first port from `preferred` on that nobody listens on.
 *
 * @param taken ports that are given away but not listened on yet
 */
export async function findFreePort(preferred: number, taken: readonly number[] = []): Promise<number> {
  for (let port = preferred; port < preferred + STEPS; port += 1) {
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
  throw new Error(`No port from ${preferred} to ${preferred + STEPS - 1} is free.`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Whether something accepts connections at `host:port`. */
export const isListening = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(`tcp://${address}`);
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: 2000 });
    const settle = (listening: boolean) => () => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', settle(true)).once('error', settle(false)).once('timeout', settle(false));
  });
