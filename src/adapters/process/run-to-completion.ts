import { ClipScribeError } from '../../domain/errors.ts';
import { startProcess } from './start-process.ts';
import type { ProcessExit, ProcessOptions } from './start-process.ts';

export interface CompletedProcess extends ProcessExit {
  stdout: Buffer;
}

/**
 * Runs a program to its end and collects what it prints.
 *
 * @param options.input written to standard input, which is then closed
 * @param options.maxOutputBytes a program that prints more is stopped, and the call fails with `ToolCrashed`
 * @throws what {@link startProcess} reports through `exited`
 */
export const runToCompletion = async (
  program: string,
  programArguments: readonly string[],
  options: ProcessOptions & { input?: Uint8Array; maxOutputBytes: number },
): Promise<CompletedProcess> => {
  const child = startProcess(program, programArguments, options);
  child.stdin.end(options.input ?? new Uint8Array());
  const chunks: Buffer[] = [];
  let outputBytes = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    outputBytes += chunk.length;
    if (outputBytes <= options.maxOutputBytes) chunks.push(chunk);
    else child.stop();
  });
  const outputRead = new Promise<void>((resolve) => child.stdout.once('close', resolve));
  const exit = await child.exited.catch((error: unknown) => {
    throw outputBytes > options.maxOutputBytes ? tooMuchOutput(options.maxOutputBytes) : error;
  });
  await outputRead;
  if (outputBytes > options.maxOutputBytes) throw tooMuchOutput(options.maxOutputBytes);
  return { ...exit, stdout: Buffer.concat(chunks) };
};

const tooMuchOutput = (maxOutputBytes: number): ClipScribeError =>
  new ClipScribeError('ToolCrashed', `A program printed more than ${maxOutputBytes} bytes and was stopped.`);
