import type { JobStatus } from '../../api/jobs/job-schemas.ts';
import type { DownloadedFile } from '../api/download-results.ts';
import type { OnUploadProgress } from '../api/upload-file.ts';
import type { CliError } from '../cli-error.ts';
import type { StackListener } from '../stack/local-stack.ts';
import type { DisplayJob, ProgressDisplay } from '../terminal/progress-display.ts';

/** A job of this run. */
export interface RunJob extends DisplayJob {
  /** It was there already: an interrupted run, or another client. */
  attached: boolean;
}

export interface RunResults {
  job: RunJob;
  folder: string;
  files: DownloadedFile[];
  /** Of core.json. */
  facts: {
    language: string | null;
    durationSeconds: number;
    speakers: number;
    entities: number;
    relations: number;
    notices: string[];
  };
  /** From the start of the run to the end of the job. */
  seconds: number;
  /** No other job runs beside it, so that there is room for its files. */
  isOnly: boolean;
}

/** How to go on after an interruption. */
export interface Interruption {
  jobs: readonly RunJob[];
  /** The stack was ours, so that nothing goes on by itself. */
  ownStack: boolean;
  /** The command that goes on. */
  command: string;
}

/** What `run` tells, for people and as JSON. */
export interface RunOutput extends StackListener {
  /** Told while a file is sent to an API elsewhere. */
  uploading(name: string): OnUploadProgress;
  submitted(jobs: readonly RunJob[], webUi: string | null): void;
  createDisplay(jobs: readonly DisplayJob[]): ProgressDisplay;
  results(results: RunResults): void;
  /** A job that failed, was cancelled or waits for attention. */
  unfinished(job: RunJob, status: JobStatus, command: string): void;
  interrupted(interruption: Interruption): void;
  error(error: CliError): void;
  stopping(): void;
}
