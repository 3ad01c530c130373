import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { tools } from '../../test/support/tools.ts';
import { PythonProcess } from '../python-process.ts';

const answerSchema = z.object({ seconds: z.number(), rttm: z.string() });

/** Another program that tells speakers apart, with its models loaded (senko_peer.py). */
export class DiarizerPeer {
  readonly #process: PythonProcess;
  readonly #folder: string;

  private constructor(process: PythonProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
  }

  /**
   * @param python of an environment in which senko is installed
   * @param folder for what is decoded
   */
  static async start(python: string, folder: string): Promise<DiarizerPeer> {
    const script = fileURLToPath(new URL('senko_peer.py', import.meta.url));
    return new DiarizerPeer(await PythonProcess.start([python, script]), folder);
  }

  /** Who speaks when, as RTTM. `seconds`: of the call, without decoding. */
  async diarize(path: string): Promise<z.infer<typeof answerSchema>> {
    const audio = join(this.#folder, 'peer.wav');
    const format = ['-ar', '16000', '-ac', '1', '-c:a', 'pcm_s16le'];
    await promisify(execFile)(tools.ffmpeg, ['-nostdin', '-v', 'error', '-y', '-i', path, ...format, audio]);
    return this.#process.ask({ audio }, answerSchema);
  }

  close(): void {
    this.#process.close();
  }
}
