import { isMainThread } from 'node:worker_threads';

/**
 * Loaded first (`node --import`) into the worker and the API of a local stack. Their standard input is a pipe
 * that the stack holds; when the stack ends, even by SIGKILL, the system closes it, and they drain and end.
 */
// Threads of such a process load this too, and their standard input ends at once: it says nothing of the stack.
if (isMainThread) {
  process.stdin.once('end', end).once('error', end).resume();
  // Waiting for the end of the pipe keeps no process alive that has finished otherwise.
  (process.stdin as NodeJS.ReadStream & { unref?: () => void }).unref?.();
}

function end(): void {
  const drains = process.emit('SIGTERM', 'SIGTERM');
  if (!drains) process.exit(143);
}
