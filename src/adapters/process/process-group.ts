import type { ChildProcess } from 'node:child_process';

/**
 * SIGKILL follows SIGTERM after this time: short enough that a cancelled job has no process left two seconds
 * later, long enough that yt-dlp and ffmpeg close their files.
 */
const TERMINATION_GRACE_MS = 1_500;

const running = new Set<ChildProcess>();
let sweepsAtExit = false;

/** Sees to it that a child does not outlive this process when that one ends through `process.exit` or a crash. */
export const trackUntilExit = (child: ChildProcess): void => {
  if (!sweepsAtExit) {
    sweepsAtExit = true;
    process.on('exit', () => {
      for (const survivor of running) signalGroup(survivor, 'SIGKILL');
    });
  }
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    // The program is gone; what it started and left behind goes too.
    signalGroup(child, 'SIGKILL');
  });
};

/** SIGTERM to the whole group now, SIGKILL after {@link TERMINATION_GRACE_MS} to what is left of it. */
export const terminateGroup = (child: ChildProcess): void => {
  if (!running.has(child)) return;
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), TERMINATION_GRACE_MS);
  child.once('exit', () => clearTimeout(timer));
};

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: nobody is left in the group. EPERM: macOS says so for a group of zombies.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
};
