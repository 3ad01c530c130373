import { InvalidArgumentError, type Command } from 'commander';
import type { BatchItemState } from '../../domain/batch.ts';
import { answerOf, type Api } from '../api/api-client.ts';
import { requireApi } from '../api/find-api.ts';
import type { CommandContext } from '../command-context.ts';
import {
  jobSettingOptions,
  jsonOption,
  priorityOption,
  settingsOf,
  type SettingFlags,
} from '../job-options.ts';
import { notifyOption, type Notify } from '../notify-option.ts';
import { drawBatch, drawBatches, type BatchView } from './draw-batch.ts';
import { readItems } from './read-items.ts';
import { readList } from './read-list.ts';

interface SubmitOptions extends SettingFlags {
  notify?: Notify;
  name?: string;
  priority?: number;
  json?: boolean;
}

/** Videos that `batch status` names; the others it counts. */
const NAMED: readonly BatchItemState[] = ['needs_attention', 'failed'];

/** `clipscribe batch`: many videos at once, without this machine staying on (B1). */
export function registerBatchCommands(program: Command, context: CommandContext): void {
  const batch = program.command('batch').summary('submit, follow and cancel many videos at once');
  const api = (): Promise<Api> => requireApi(context.settings());
  const { stdout } = context.terminal;
  registerSubmit(batch, context);
  batch
    .command('status')
    .summary('tell how far a batch is, and what went wrong')
    .requiredOption('--job-id <id>', 'batch id')
    .addOption(jsonOption())
    .action(async ({ jobId, json }: { jobId: string; json?: boolean }) => {
      const found = await api();
      const view = await readBatch(found, jobId);
      const named = [];
      for (const status of NAMED) named.push(...(await readItems(found, jobId, status)));
      stdout.write(json ? `${JSON.stringify({ ...view, items: named })}\n` : `${drawBatch(view, named)}\n`);
    });
  batch
    .command('list')
    .summary('list batches, the newest first')
    .option('--recent <number>', 'how many at most', recent, 20)
    .addOption(jsonOption())
    .action(async ({ recent: limit, json }: { recent: number; json?: boolean }) => {
      const found = await api();
      const query = { limit: String(limit) };
      const { batches } = await answerOf(found, found.client.api.batches.$get({ query }));
      if (json) return void stdout.write(`${JSON.stringify(batches)}\n`);
      stdout.write(batches.length === 0 ? 'There are no batches.\n' : `${drawBatches(batches)}\n`);
    });
  batch
    .command('cancel')
    .summary('accept no more videos of a batch, and cancel those under way')
    .argument('<id>', 'batch id')
    .addOption(jsonOption())
    .action(async (id: string, { json }: { json?: boolean }) => {
      const found = await api();
      const cancelling = found.client.api.batches[':id'].cancel.$post({ param: { id }, header: {} });
      const answer = await answerOf(found, cancelling);
      stdout.write(`${json ? JSON.stringify(answer) : answer.message}\n`);
    });
}

function registerSubmit(batch: Command, context: CommandContext): void {
  const { stdout, stderr } = context.terminal;
  const command = batch
    .command('submit')
    .summary('submit a list of videos and print the batch id')
    .description(
      'Submits a list of videos and prints the id of the batch. It goes on by itself: this machine may be switched off.',
    )
    .argument('<file>', 'a file with one address a line, or - for standard input')
    .addOption(notifyOption())
    .option('--name <name>', 'for people; the name of the file when absent')
    .addOption(priorityOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Blank lines and lines that begin with # are left out.

Examples:
  $ npx clipscribe batch submit urls.txt --notify you@example.org
  $ grep lecture urls.txt | npx clipscribe batch submit -`,
    )
    .action(async (file: string, { notify, name, priority, json, ...flags }: SubmitOptions) => {
      const found = await requireApi(context.settings());
      const { language, translateTo, ...options } = settingsOf(flags);
      const list = await readList(file, { readsLocalFiles: found.readsLocalFiles });
      const shownName = name ?? list.name;
      const submitting = found.client.api.batches.$post({
        json: {
          ...{ urls: list.lines, options },
          ...(shownName === undefined ? {} : { name: shownName }),
          ...notify,
          ...(priority === undefined ? {} : { priority }),
          ...(language === undefined ? {} : { language }),
          ...(translateTo === undefined ? {} : { translateTo }),
        },
        header: {},
      });
      const view = await answerOf(found, submitting);
      if (json) return void stdout.write(`${JSON.stringify(view)}\n`);
      stdout.write(`${view.id}\n`);
      stderr.write(`${view.summary}\nFollow it with: npx clipscribe batch status --job-id ${view.id}\n`);
    });
  for (const option of jobSettingOptions()) command.addOption(option);
}

const readBatch = (api: Api, id: string): Promise<BatchView> =>
  answerOf(api, api.client.api.batches[':id'].$get({ param: { id } }));

function recent(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new InvalidArgumentError('It is a whole number from 1 to 100.');
  return value;
}
