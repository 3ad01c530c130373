import type { Command } from 'commander';
import { requireApi } from './api/find-api.ts';
import { readStatus } from './api/follow-job.ts';
import type { CommandContext } from './command-context.ts';
import { EXIT, type ExitCode } from './cli-error.ts';
import { jsonOption } from './job-options.ts';
import type { JobState } from '../domain/job.ts';
import { drawAdvice } from './terminal/draw.ts';
import { showJob } from './terminal/show-job.ts';

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

async function watch(jobId: string, json: boolean, context: CommandContext): Promise<ExitCode> {
  const { title } = await readStatus(await requireApi(context.settings()), jobId);
  const { stderr } = context.terminal;
  const last = await showJob({ jobId, name: title ?? jobId }, { json }, context);
  if (last === undefined) {
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
