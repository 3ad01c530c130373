import type { JobStatus } from '../../api/jobs/job-schemas.ts';
import { requireApi } from '../api/find-api.ts';
import { API_AWAY, followJob } from '../api/follow-job.ts';
import type { CommandContext } from '../command-context.ts';
import { onInterrupt } from '../interrupt.ts';
import { createJsonDisplay, createLineDisplay, createLiveDisplay } from './progress-display.ts';
import { isLive } from './terminal.ts';

/**
 * Shows how a job goes on until it has ended or waits for somebody, as the terminal allows.
 *
 * @returns its last status; undefined where the user left before
 */
export async function showJob(
  job: { jobId: string; name: string },
  { json }: { json: boolean },
  { settings: readSettings, terminal: { stdout, stderr } }: CommandContext,
): Promise<JobStatus | undefined> {
  const settings = readSettings();
  using interrupt = onInterrupt();
  const display = json
    ? createJsonDisplay(stdout)
    : isLive(stderr)
      ? createLiveDisplay(stderr, [job])
      : createLineDisplay(stderr, [job]);
  let last: JobStatus | undefined;
  try {
    const updates = followJob(job.jobId, {
      currentApi: () => requireApi(settings),
      signal: interrupt.signal,
      onReconnect: (isNew) => {
        if (isNew) display.note(API_AWAY);
      },
    });
    for await (const status of updates) {
      last = status;
      display.update(job.jobId, status);
      if (status.status === 'needs_attention') break;
    }
  } finally {
    display.close();
  }
  return interrupt.signal.aborted ? undefined : last;
}
