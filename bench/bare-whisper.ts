import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { tools } from '../test/support/tools.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const transcriptionSchema = z.object({ seconds: z.number(), text: z.string() });
const scoreSchema = z.object({ wordErrorRate: z.number(), words: z.number() });

/** Bare faster-whisper in a process of its own, with its model loaded, and the scorer (bare_whisper.py). */
export class BareWhisper {
  readonly #child = spawn(
    process.execPath,
    [
      fromHere('../scripts/python.mjs'),
      fromHere('bare_whisper.py'),
      join(tools.modelsDirectory, 'whisper-base'),
      String(cpus().length),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  readonly #lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();

  static async start(): Promise<BareWhisper> {
    const whisper = new BareWhisper();
    await whisper.#answer();
    return whisper;
  }

  transcribe(mode: 'sequential' | 'batched', audio: string): Promise<z.infer<typeof transcriptionSchema>> {
    return this.#ask({ transcribe: mode, audio }, transcriptionSchema);
  }

  /** Word error rate after Whisper's English text normalizer. */
  score(reference: string, hypothesis: string): Promise<z.infer<typeof scoreSchema>> {
    return this.#ask({ score: { reference, hypothesis } }, scoreSchema);
  }

  close(): void {
    this.#child.stdin.end();
  }

  async #ask<T>(request: unknown, schema: z.ZodType<T>): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return schema.parse(await this.#answer());
  }

  /** The next line of JSON; set-up may write other lines before the first. */
  async #answer(): Promise<unknown> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error('Bare faster-whisper ended.');
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }
}
