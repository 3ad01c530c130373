/**
 * Loaded first (`node --import`) into the worker and the API of a local stack. Their standard input is a pipe
 * that the stack holds; when the stack ends, even by SIGKILL, the system closes it, and they drain and end.
 */
import { isMainThread } from 'node:worker_threads';

// Threads load this file too, and have no standard input of their own.
if (isMainThread) endWithOwner();

function endWithOwner(): void {
  let isEnding = false;
  // A second SIGTERM would end a process that drains, so it must not come from here.
  process.once('SIGTERM', () => {
    isEnding = true;
    const nothingDrains = process.listenerCount('SIGTERM') === 0;
    if (nothingDrains) process.exit(143);
  });
  const ownerIsGone = (): void => {
    if (!isEnding) process.emit('SIGTERM', 'SIGTERM');
  };
  process.stdin.once('end', ownerIsGone).once('error', ownerIsGone).resume();
  // Waiting for the end of the pipe keeps no process alive that has finished otherwise.
  (process.stdin as NodeJS.ReadStream & { unref?: () => void }).unref?.();
}
