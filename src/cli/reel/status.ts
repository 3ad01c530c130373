import type { Command } from 'commander';
import { requireApi } from '../api/find-api.ts';
import { readStatus } from '../api/follow-job.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonOption } from '../job-options.ts';
import { statusText } from '../status.ts';

/** `clipscribe reel status`: one look at a reel, as `status` has of any job. */
export function registerReelStatusCommand(reel: Command, context: CommandContext): void {
  reel
    .command('status')
    .summary('tell how far a reel is')
    .argument('<id>', 'id of the reel')
    .addOption(jsonOption())
    .action(async (jobId: string, { json }: { json?: boolean }) => {
      const status = await readStatus(await requireApi(context.settings()), jobId);
      context.terminal.stdout.write(`${json ? JSON.stringify(status) : statusText(status)}\n`);
    });
}
