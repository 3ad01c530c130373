/** One set-up at a time: two terminals that start ClipScribe at once must not install into the same folders. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a holder shows that it lives. */
const HEARTBEAT_MS = 5_000;
/** A holder that was silent for this long is gone, even where its process id has been given to another program. */
const SILENCE_MS = 60_000;
const POLL_MS = 300;

/**
 * @typedef {object} Holder
 * @property {number} pid
 * @property {string} host
 * @property {string} token tells this hold from every other
 */

/**
 * Runs an action while holding a lock file; waits while a living process holds it, and takes it over from one
 * that died. The file goes away with the process, also on a signal that ends it by `process.exit`.
 *
 * @template T
 * @param {string} file
 * @param {(holder: Holder | undefined) => void} onWait called once when another process holds the lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, action) {
  const token = await acquire(file, onWait);
  const heartbeat = setInterval(() => showLife(file), HEARTBEAT_MS);
  heartbeat.unref();
  const release = () => {
    if (readHolder(file)?.token === token) rmSync(file, { force: true });
  };
  process.once('exit', release);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

/**
 * Whether the holder of a lock is gone. Pure.
 *
 * @param {Holder | undefined} holder undefined: the file could not be read, as while it is being written
 * @param {number} silenceMs since the holder's last sign of life
 * @param {string} host this machine
 * @param {(pid: number) => boolean} isRunning
 */
export function isAbandoned(holder, silenceMs, host, isRunning) {
  if (silenceMs > SILENCE_MS) return true;
  // A process id says nothing about another machine, or another container, that shares the folder.
  return holder !== undefined && holder.host === host && !isRunning(holder.pid);
}

/**
 * @param {string} file
 * @param {(holder: Holder | undefined) => void} onWait
 */
async function acquire(file, onWait) {
  mkdirSync(path.dirname(file), { recursive: true });
  const token = randomUUID();
  for (let told = false; ;) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname(), token }), { flag: 'wx' });
      return token;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (isAbandoned(holder, silenceOf(file), hostname(), isProcessRunning)) {
      removeAbandoned(file, holder);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await sleep(POLL_MS);
  }
}

/**
 * Two waiters may find the same lock abandoned. The rename lets one of them have it; and where it caught the new
 * lock of a faster one, the token shows it and the lock is put back.
 *
 * @param {string} file
 * @param {Holder | undefined} abandoned
 */
function removeAbandoned(file, abandoned) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readHolder(aside)?.token === abandoned?.token) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

/**
 * @param {string} file
 * @returns {Holder | undefined}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function silenceOf(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** @param {string} file */
function showLife(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Another process took an abandoned-looking lock over, as after the machine slept; every step publishes by
    // one rename or one stamp, so both can finish.
  }
}

/** @param {number} pid */
function isProcessRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
