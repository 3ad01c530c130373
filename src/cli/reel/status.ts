import type { Command } from 'commander';
import { requireApi } from '../api/find-api.ts';
import { readStatus } from '../api/follow-job.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonOption } from '../job-options.ts';
import { printAnswer, type JsonFlag } from '../print-answer.ts';
import { statusText } from '../status.ts';

/** `clipscribe reel status`: one look at a reel, as `status` has of any job. */
export function registerReelStatusCommand(reel: Command, context: CommandContext): void {
  reel
    .command('status')
    .summary('tell how far a reel is')
    .argument('<id>', 'id of the reel')
    .addOption(jsonOption())
    .action(async (jobId: string, options: JsonFlag) => {
      const status = await readStatus(await requireApi(context.settings()), jobId);
      printAnswer(context, status, statusText(status), options);
    });
}
