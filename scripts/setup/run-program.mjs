/** Runs a program in the foreground, as if it had been started in place of this process. */
import { spawn } from 'node:child_process';
import path from 'node:path';

/** @type {readonly NodeJS.Signals[]} */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a script on a Node of choice; programs that it starts by the name `node` get the same one.
 *
 * @param {string} node
 * @param {readonly string[]} parameters the script and its arguments
 * @param {NodeJS.ProcessEnv} [extra] variables beside those of this process
 * @returns {Promise<number>} the exit code
 */
export function runNode(node, parameters, extra = {}) {
  const PATH = [path.dirname(node), process.env.PATH].filter(Boolean).join(path.delimiter);
  return runProgram(node, parameters, { ...process.env, ...extra, PATH });
}

/**
 * Runs a program with this process's streams. Signals go to it, and its end is this one's end.
 *
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} the exit code
 */
export function runProgram(program, parameters, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: 'inherit', env: environment });
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // Ctrl-C reaches every process of a terminal's foreground group by itself; a second one would read as
      // "stop at once" to a program that is ending in order.
      if (signal === 'SIGINT' && isAtTerminal()) return;
      child.kill(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const release = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      release();
      if (signal === null) resolve(code ?? 1);
      // Ends by the same signal, so that the parent sees what ended the program.
      else process.kill(process.pid, signal);
    });
  });
}

function isAtTerminal() {
  return Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
}
