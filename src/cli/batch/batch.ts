import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { BatchView } from '../../api/batches/batch-view.ts';
import type { BatchItemState } from '../../domain/batch.ts';
import { answerOf, type Api } from '../api/api-client.ts';
import { requireApi } from '../api/find-api.ts';
import { EXIT } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import {
  jobSettingOptions,
  jsonOption,
  priorityOption,
  settingsOf,
  type SettingFlags,
} from '../job-options.ts';
import { printAnswer, type JsonFlag } from '../print-answer.ts';
import { notifyOption, type Notify } from '../notify-option.ts';
import { positiveInteger } from '../positive-integer.ts';
import { readPages } from '../read-pages.ts';
import { drawBatch, drawBatches } from './draw-batch.ts';
import { fetchBatch } from './fetch-batch.ts';
import { readItems } from './read-items.ts';
import { readList } from './read-list.ts';
import { registerWatch } from './watch-batch.ts';

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
  const batch = program.command('batch').summary('submit, follow and fetch many videos at once');
  const { stdout } = context.terminal;
  registerSubmit(batch, context);
  registerWatch(batch, context);
  batch
    .command('status')
    .summary('tell how far a batch is, and what went wrong')
    .requiredOption('--job-id <id>', 'batch id')
    .addOption(jsonOption())
    .action(async ({ jobId, json }: { jobId: string; json?: boolean }) => {
      const found = await api(context);
      const view = await readBatch(found, jobId);
      const named = [];
      for (const status of NAMED) named.push(...(await readItems(found, jobId, status)));
      stdout.write(json ? `${JSON.stringify({ ...view, items: named })}\n` : `${drawBatch(view, named)}\n`);
    });
  batch
    .command('list')
    .summary('list batches, the newest first')
    .option('--recent <number>', 'how many at most', positiveInteger, 20)
    .addOption(jsonOption())
    .action(async ({ recent: limit, json }: { recent: number; json?: boolean }) => {
      const found = await api(context);
      const batches = await readPages(limit, async (query) => {
        const page = await answerOf(found, found.client.api.batches.$get({ query }));
        return { rows: page.batches, nextCursor: page.nextCursor };
      });
      if (json) return void stdout.write(`${JSON.stringify(batches)}\n`);
      stdout.write(batches.length === 0 ? 'There are no batches.\n' : `${drawBatches(batches)}\n`);
    });
  registerFetch(batch, context);
  for (const { name, summary, tell } of ACTIONS) {
    batch
      .command(name)
      .summary(summary)
      .argument('<id>', 'batch id')
      .addOption(jsonOption())
      .action(async (id: string, options: JsonFlag) => {
        const answer = await tell(await api(context), { param: { id }, header: {} });
        printAnswer(context, answer, answer.message, options);
      });
  }
}

type Parameters = { param: { id: string }; header: Record<string, never> };

const ACTIONS = [
  {
    name: 'cancel',
    summary: 'accept no more videos of a batch, and cancel those under way',
    tell: (api: Api, parameters: Parameters) =>
      answerOf(api, api.client.api.batches[':id'].cancel.$post(parameters)),
  },
  {
    name: 'retry',
    summary: 'do those videos again that failed, were cancelled or wait for somebody',
    tell: (api: Api, parameters: Parameters) =>
      answerOf(api, api.client.api.batches[':id'].retry.$post(parameters)),
  },
] as const;

function registerFetch(batch: Command, context: CommandContext): void {
  const { stdout, stderr } = context.terminal;
  batch
    .command('fetch')
    .summary('write the results of a batch into a folder, one folder a video')
    .description(
      'Writes the results of all videos that are completed, each into a folder named by its job, and batch.json, which tells which is which. What is there already is not fetched again.',
    )
    .argument('<id>', 'batch id')
    .requiredOption('-o, --output-dir <dir>', 'folder for the results')
    .addOption(jsonOption())
    .action(async (id: string, { outputDir, json }: { outputDir: string; json?: boolean }) => {
      const found = await api(context);
      const view = await readBatch(found, id);
      const fetched = await fetchBatch(
        found,
        view,
        resolve(outputDir),
        (text) => void stderr.write(`${text}\n`),
      );
      if (fetched.failures > 0) context.exit(EXIT.failed);
      stdout.write(
        json
          ? `${JSON.stringify(fetched)}\n`
          : `${fetched.videos} of ${view.counts.total - view.counts.duplicate} videos are in ${outputDir}.\n`,
      );
    });
}

const api = (context: CommandContext): Promise<Api> => requireApi(context.settings());

function registerSubmit(batch: Command, context: CommandContext): void {
  const { stdout, stderr } = context.terminal;
  const command = batch
    .command('submit')
    .summary('submit a list of videos and print the batch id')
    .description(
      'Submits a list of videos and prints the id of the batch. It goes on by itself: this machine may be switched off.',
    )
    .argument('<file>', 'a file with one address a line, - for standard input, or the address of a playlist')
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
  $ npx clipscribe batch submit https://example.org/playlist
  $ grep lecture urls.txt | npx clipscribe batch submit -`,
    )
    .action(async (file: string, { notify, name, priority, json, ...flags }: SubmitOptions) => {
      const found = await requireApi(context.settings());
      const { language, translateTo, ...options } = settingsOf(flags);
      const isPlaylist = /^https?:\/\//i.test(file);
      const list = isPlaylist
        ? { name: undefined, source: { playlistUrl: file } }
        : await readList(file, { readsLocalFiles: found.readsLocalFiles });
      const shownName = name ?? list.name;
      const submitting = found.client.api.batches.$post({
        json: {
          ...list.source,
          options,
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
      stderr.write(`${view.summary}\nFollow it with: npx clipscribe batch watch ${view.id}\n`);
    });
  for (const option of jobSettingOptions()) command.addOption(option);
}

const readBatch = (api: Api, id: string): Promise<BatchView> =>
  answerOf(api, api.client.api.batches[':id'].$get({ param: { id } }));
