import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

/** The checkout's own Python with what the tests and benchmarks need: comes before the script. */
export const OWN_PYTHON: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../scripts/python.mjs', import.meta.url)),
];

/** A Python program that answers one line of JSON with one line of JSON, and says hello when it is ready. */
export class PythonProcess {
  readonly #child;
  readonly #lines;

  private constructor([command = '', ...parameters]: readonly string[]) {
    this.#child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async start(command: readonly string[]): Promise<PythonProcess> {
    const started = new PythonProcess(command);
    await started.#answer(command);
    return started;
  }

  async ask<T>(request: unknown, schema: z.ZodType<T>): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return schema.parse(await this.#answer(request));
  }

  close(): void {
    this.#child.stdin.end();
  }

  /** The next line of JSON; set-up and libraries may write other lines before it. */
  async #answer(request: unknown): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true)
        throw new Error(`The Python process ended at ${JSON.stringify(request).slice(0, 200)}.`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }
}
