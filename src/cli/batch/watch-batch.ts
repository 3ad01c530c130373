import type { Command } from 'commander';
import type { BatchView } from '../../api/batches/batch-view.ts';
import { requireApi } from '../api/find-api.ts';
import { API_AWAY, followBatch } from '../api/follow-job.ts';
import { EXIT, type ExitCode } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { onInterrupt } from '../interrupt.ts';
import { jsonOption } from '../job-options.ts';

/** `clipscribe batch watch`: follows a batch to its end, a line for each change. */
export function registerWatch(batch: Command, context: CommandContext): void {
  batch
    .command('watch')
    .summary('follow a batch to its end')
    .description('Tells how far a batch is, until it has ended. Ctrl-C leaves it going on.')
    .argument('<id>', 'batch id')
    .addOption(jsonOption())
    .action(async (id: string, { json }: { json?: boolean }) => {
      context.exit(await watchBatch(id, json === true, context));
    });
}

async function watchBatch(
  id: string,
  json: boolean,
  { settings: readSettings, terminal: { stdout, stderr } }: CommandContext,
): Promise<ExitCode> {
  const settings = readSettings();
  using interrupt = onInterrupt();
  const views = followBatch(id, {
    currentApi: () => requireApi(settings),
    signal: interrupt.signal,
    onReconnect: (isNew) => {
      if (isNew) stderr.write(`${API_AWAY}\n`);
    },
  });
  let last: BatchView | undefined;
  let told = '';
  for await (const view of views) {
    last = view;
    const line = json ? JSON.stringify(view) : `${view.progress} % · ${view.summary}`;
    // A view has more to it than the line tells.
    if (line !== told) stdout.write(`${line}\n`);
    told = line;
  }
  if (interrupt.signal.aborted || last === undefined) {
    stderr.write(`You have left; the batch goes on. Cancel it with: npx clipscribe batch cancel ${id}\n`);
    return EXIT.interrupted;
  }
  if (!json) stderr.write(`See more with: npx clipscribe batch status --job-id ${id}\n`);
  return exitCodeOf(last);
}

const exitCodeOf = ({ status, counts }: BatchView): ExitCode => {
  if (status !== 'completed' || counts.failed > 0) return EXIT.failed;
  return counts.needsAttention > 0 ? EXIT.needsAttention : EXIT.done;
};
