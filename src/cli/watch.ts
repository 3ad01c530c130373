import type { Command } from 'commander';
import { requireApi } from './api/find-api.ts';
import { followJob, readStatus } from './api/follow-job.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './cli-error.ts';
import { onInterrupt } from './interrupt.ts';
import { jsonOption } from './job-options.ts';
import type { JobState } from '../domain/job.ts';
import { drawAdvice } from './terminal/draw.ts';
import { createJsonDisplay, createLineDisplay, createLiveDisplay } from './terminal/progress-display.ts';
import { isLive } from './terminal/terminal.ts';

/** `clipscribe watch`: follows a job to its end. */
export function registerWatchCommand(program: Command, context: CommandContext): void {
  program
    .command('watch')
    .summary('follow a job to its end')
    .description(
      'Shows the progress of a job until it has ended or needs attention. Ctrl-C leaves it running.',
    )
    .argument('<id>', 'job id')
    .addOption(jsonOption())
    .action(async (jobId: string, { json }: { json?: boolean }) => {
      context.exit(await watch(jobId, json === true, context));
    });
}

async function watch(
  jobId: string,
  json: boolean,
  { settings: readSettings, terminal }: CommandContext,
): Promise<ExitCode> {
  const settings = readSettings();
  const first = await readStatus(await requireApi(settings), jobId);
  const jobs = [{ jobId, name: first.title ?? jobId }];
  const { stdout, stderr } = terminal;
  using interrupt = onInterrupt();
  const display = json
    ? createJsonDisplay(stdout)
    : isLive(stderr)
      ? createLiveDisplay(stderr, jobs)
      : createLineDisplay(stderr, jobs);
  let last = first;
  try {
    const updates = followJob(jobId, {
      currentApi: () => requireApi(settings),
      signal: interrupt.signal,
      onReconnect: () => undefined,
    });
    for await (const status of updates) {
      last = status;
      display.update(jobId, status);
      if (status.status === 'needs_attention') break;
    }
  } finally {
    display.close();
  }
  if (interrupt.signal.aborted) {
    stderr.write(`You have left; the job goes on. Cancel it with: npx clipscribe cancel ${jobId}\n`);
    return EXIT.interrupted;
  }
  if (!json) for (const line of drawAdvice(last)) stderr.write(`${line}\n`);
  if (last.status === 'completed' && !json)
    stderr.write(`Get the results with: npx clipscribe fetch ${jobId} --output-dir out\n`);
  return exitCodeOf(last.status);
}

const exitCodeOf = (state: JobState): ExitCode =>
  state === 'completed' ? EXIT.done : state === 'needs_attention' ? EXIT.needsAttention : EXIT.failed;
