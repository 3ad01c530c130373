/** Child processes of the set-up. */
import { spawn } from 'node:child_process';
import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { SetUpError } from './set-up-error.mjs';

/**
 * @typedef {object} ProcessOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {AbortSignal | undefined} [signal] ends the process and all it started
 * @property {number} [timeoutMs]
 * @property {string} [log] file that gets a copy of all output
 *
 * @typedef {object} ProcessResult
 * @property {number | null} code exit code; null where it was ended by a signal or never started
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end. Never throws for a program that is missing or fails: the result tells.
 *
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {ProcessOptions} [options]
 * @returns {Promise<ProcessResult>}
 */
export async function runProcess(command, parameters, { cwd, env, signal, timeoutMs, log } = {}) {
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)];
  const result = await collect(command, parameters, cwd, env, signals);
  if (log !== undefined) {
    await mkdir(path.dirname(log), { recursive: true });
    const head = `\n$ ${[command, ...parameters].join(' ')}\n`;
    await appendFile(log, `${head}${result.stdout}${result.stderr}[exit code ${result.code}]\n`);
  }
  return result;
}

/**
 * Runs a program that has to succeed and returns what it printed.
 *
 * @param {string} purpose what fails when it fails, for the message: "The Python packages could not be installed"
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {ProcessOptions} [options]
 */
export async function mustRunProcess(purpose, command, parameters, options = {}) {
  const result = await runProcess(command, parameters, options);
  options.signal?.throwIfAborted();
  if (result.code === 0) return result.stdout;
  const where = options.log === undefined ? '' : ` (all of its output is in ${options.log})`;
  throw new SetUpError(`${purpose}: ${findCause(result.stderr || result.stdout)}${where}`);
}

/** What npm, pip and git say around a cause rather than of it. */
const NOT_A_CAUSE = /^\[notice\]|^npm error (code|syscall|errno|path)\b|complete log of this run/i;

/**
 * The line of a program's output that most likely names the cause: the first that speaks of an error, or the last.
 *
 * @param {string} output
 */
export function findCause(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !NOT_A_CAUSE.test(line));
  return lines.find((line) => /\berror\b[: ]+\S/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {string | undefined} cwd
 * @param {NodeJS.ProcessEnv | undefined} env
 * @param {readonly (AbortSignal | undefined)[]} signals
 * @returns {Promise<ProcessResult>}
 */
function collect(command, parameters, cwd, env, signals) {
  const ownGroup = process.platform !== 'win32';
  return new Promise((resolve) => {
    // A group of its own, so that compilers and installers that it starts end with it.
    const child = spawn(command, parameters, {
      cwd,
      env,
      detached: ownGroup,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const end = () => {
      try {
        if (ownGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
        else child.kill();
      } catch {
        // It ended by itself in the meantime.
      }
    };
    for (const signal of signals) {
      if (signal?.aborted) end();
      signal?.addEventListener('abort', end, { once: true });
    }
    /** @param {number | null} code */
    const settle = (code) => {
      for (const signal of signals) signal?.removeEventListener('abort', end);
      resolve({ code, stdout, stderr });
    };
    child.on('error', (error) => {
      stderr += error.message;
      settle(null);
    });
    child.on('close', settle);
  });
}
