import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { tools } from '../test/support/tools.ts';
import { OWN_PYTHON, PythonProcess } from './python-process.ts';

const transcriptionSchema = z.object({ seconds: z.number(), text: z.string() });

/** Bare faster-whisper in a process of its own, with its model loaded (bare_whisper.py). */
export class BareWhisper {
  readonly #process: PythonProcess;

  private constructor(process: PythonProcess) {
    this.#process = process;
  }

  static async start(): Promise<BareWhisper> {
    const script = fileURLToPath(new URL('bare_whisper.py', import.meta.url));
    const model = join(tools.modelsDirectory, 'whisper-base');
    return new BareWhisper(await PythonProcess.start([...OWN_PYTHON, script, model, String(cpus().length)]));
  }

  /** `seconds`: of the call, with reading the file, without loading the model. */
  transcribe(mode: 'sequential' | 'batched', audio: string): Promise<z.infer<typeof transcriptionSchema>> {
    return this.#process.ask({ transcribe: mode, audio }, transcriptionSchema);
  }

  close(): void {
    this.#process.close();
  }
}
