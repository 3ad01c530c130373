import { createApp } from '../../src/api/app.ts';
import type { ApiDependencies } from '../../src/api/dependencies.ts';
import { JobWatcher } from '../../src/api/jobs/job-watcher.ts';
import { readJobStatus } from '../../src/api/jobs/job-status.ts';
import { jobInput } from './workflow-harness.ts';
import { MemoryJobs } from './memory-jobs.ts';

export interface TestApi {
  jobs: MemoryJobs;
  /** Errors that the API took for defects of ours. */
  defects: Error[];
  /** A request; an object as body is sent as JSON. */
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
}

/** The API over jobs in memory. */
export function createTestApi(overrides: Partial<ApiDependencies> = {}): TestApi {
  const jobs = new MemoryJobs();
  const defects: Error[] = [];
  const app = createApp({
    jobs,
    watcher: new JobWatcher((jobId) => readJobStatus(jobs, jobId)),
    store: undefined as never,
    uploads: {
      maximumBytes: 1_000_000,
      receiver: null,
      signingKey: () => Promise.resolve('a key for tests'),
    },
    policy: jobInput().policy,
    allowLocalFiles: false,
    reportUnexpected: (error) => defects.push(error),
    ...overrides,
  });
  return {
    jobs,
    defects,
    send: async (method, path, body, headers = {}) =>
      app.request(path, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}

/** Submits a job and gives its id. */
export async function submitted(
  { send }: TestApi,
  body: object = { url: 'https://example.org/talk' },
): Promise<string> {
  const answer = await send('POST', '/api/jobs', body);
  return ((await answer.json()) as { id: string }).id;
}
