import type { Command } from 'commander';
import { GRAIN_MS, type Grain } from '../domain/queue-history.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { positiveInteger } from './positive-integer.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { queueText, type PastSample } from './terminal/queue-text.ts';

const DEFAULT_HOURS = 1;
/** Up to here minutes are asked for, which are kept for a week. */
const MOST_HOURS_OF_MINUTES = 24;

/** `clipscribe queue`: how much there is to do, and how it was. */
export function registerQueueCommand(program: Command, context: CommandContext): void {
  program
    .command('queue')
    .summary('show how much there is to do, and how it was')
    .option('--hours <number>', 'how far back, up to a year', positiveInteger, DEFAULT_HOURS)
    .addOption(jsonOption())
    .action(async ({ hours, ...options }: { hours: number } & JsonFlag) => {
      const api = await requireApi(context.settings());
      const now = new Date();
      const [status, samples] = await Promise.all([
        answerOf(api, api.client.api.queue.status.$get()),
        readSamples(api, hours, now),
      ]);
      const text = queueText(status, samples, { hours, now });
      printAnswer(context, { ...status, history: samples }, text, options);
    });
}

async function readSamples(api: Api, hours: number, now: Date): Promise<PastSample[]> {
  const grain: Grain = hours > MOST_HOURS_OF_MINUTES ? 'hour' : 'minute';
  const samples: PastSample[] = [];
  let from: string | null = new Date(now.getTime() - hours * GRAIN_MS.hour).toISOString();
  while (from !== null) {
    const query: { from: string; to: string; grain: Grain } = { from, to: now.toISOString(), grain };
    const page: { samples: PastSample[]; nextFrom: string | null } = await answerOf(
      api,
      api.client.api.queue.history.$get({ query }),
    );
    samples.push(...page.samples);
    from = page.nextFrom;
  }
  return samples;
}
