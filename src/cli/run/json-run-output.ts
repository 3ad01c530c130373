import { ERRORS, isErrorCode } from '../../domain/errors.ts';
import { createJsonDisplay } from '../terminal/progress-display.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RunOutput } from './run-output.ts';

/** One JSON object per event on standard output. */
export function createJsonRunOutput({ stdout }: Terminal): RunOutput {
  const print = (event: Record<string, unknown>): void => void stdout.write(`${JSON.stringify(event)}\n`);
  return {
    onStarting: () => print({ event: 'starting' }),
    onReady: (part, address) => print({ event: 'ready', part, address }),
    onNotice: (message) => print({ event: 'notice', message }),
    uploading: (input) => {
      let told = -1;
      return (sentBytes, totalBytes) => {
        const percent = Math.floor((100 * sentBytes) / totalBytes);
        if (percent !== told) print({ event: 'uploading', input, sentBytes, totalBytes });
        told = percent;
      };
    },
    submitted: (jobs, temporalUiUrl) => {
      for (const { jobId, name, attached } of jobs) {
        print({ event: 'submitted', jobId, input: name, attached, temporalUiUrl });
      }
    },
    createDisplay: () => createJsonDisplay(stdout),
    results: ({ job, folder, files, facts, seconds }) =>
      print({ event: 'results', jobId: job.jobId, input: job.name, folder, files, ...facts, seconds }),
    unfinished: ({ jobId, name }, { status, error }) =>
      print({
        event: 'unfinished',
        jobId,
        input: name,
        status,
        error,
        fix: error !== null && isErrorCode(error.code) ? ERRORS[error.code].fix : null,
      }),
    interrupted: ({ jobs, ownStack, command }) =>
      print({ event: 'interrupted', jobIds: jobs.map(({ jobId }) => jobId), goesOn: !ownStack, command }),
    error: ({ code, message, fix }) =>
      print({ event: 'error', code: code ?? null, message, fix: fix ?? null }),
    stopping: () => undefined,
  };
}
