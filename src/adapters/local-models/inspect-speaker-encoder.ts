import { z } from 'zod';
import { ClipScribeError } from '../../domain/errors.ts';
import { runToCompletion } from '../process/run-to-completion.ts';
import { INFERENCE_FOLDER } from './inference-process.ts';

/** Python imports native libraries from a cold disk on a busy machine; normally it takes a second. */
const TIMEOUT_MS = 120_000;

/** `model` names the content of the file: of another file it is another. */
const inspectionSchema = z.object({ model: z.string().min(1) });

/**
 * Has the model server's own code try a speaker encoder in ONNX.
 *
 * @returns its name, which changes with the file
 * @throws ClipScribeError `SpeakerEncoderUnusable` that says why, and what {@link runToCompletion} throws
 */
export async function inspectSpeakerEncoder(
  path: string,
  { python, workDirectory }: { python: string; workDirectory: string },
): Promise<string> {
  const { exitCode, stdout, stderrTail } = await runToCompletion(
    python,
    ['-m', 'clipscribe_inference.onnx_encoder', path],
    {
      workDirectory,
      signal: new AbortController().signal,
      timeoutMs: TIMEOUT_MS,
      environment: { PYTHONPATH: INFERENCE_FOLDER },
      maxOutputBytes: 65_536,
    },
  );
  if (exitCode !== 0) {
    const reason = stderrTail.trim().split('\n').at(-1) ?? '';
    throw new ClipScribeError('SpeakerEncoderUnusable', reason.slice(0, 500));
  }
  return inspectionSchema.parse(JSON.parse(stdout.toString())).model;
}
