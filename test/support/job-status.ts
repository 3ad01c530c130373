import type { JobStatus } from '../../src/api/jobs/job-schemas.ts';

/** A job in the middle of transcription; overrides say what a test is about. */
export const jobStatus = (overrides: Partial<JobStatus> = {}): JobStatus => ({
  jobId: 'job_01m82gm64te8ja5amz689k0t54',
  status: 'running',
  stage: 'transcribe',
  progress: 42.7,
  route: 'short',
  title: 'A talk',
  durationSeconds: 600,
  acquiredSeconds: 450,
  acquireComplete: false,
  chunksTotal: 3,
  chunksDone: 1,
  chunksCached: 0,
  transcribedSeconds: 150,
  windowsTotal: 0,
  windowsDone: 0,
  startedAt: '2026-11-22T12:00:00.000Z',
  estimatedCompletion: null,
  queuePosition: null,
  estimatedWaitSeconds: null,
  error: null,
  retrying: null,
  stop: null,
  notices: [],
  ...overrides,
});
