import type { Command } from 'commander';
import { inGib } from '../domain/gib.ts';
import { formatClock } from '../domain/time.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { dollars, factsText } from './terminal/draw.ts';

const read = (api: Api) => answerOf(api, api.client.api.usage.$get());
type Usage = Awaited<ReturnType<typeof read>>;

/** `clipscribe usage`: what this month's use of the token leaves. */
export function registerUsageCommand(program: Command, context: CommandContext): void {
  program
    .command('usage')
    .summary("show this month's use and what is left")
    .addOption(jsonOption())
    .action(async (options: JsonFlag) => {
      const usage = await read(await requireApi(context.settings()));
      printAnswer(context, usage, usageText(usage), options);
    });
}

const usageText = (usage: Usage): string => {
  const { month, tier, videos, seconds, costUsd, longestVideoSeconds, unusedUploads, resetsAt } = usage;
  const { heldBytes, limitBytes } = unusedUploads;
  return factsText([
    ['month', `${month}, until ${resetsAt.slice(0, 10)} (UTC)`],
    ['tier', tier ?? 'none: no limits'],
    ['videos', videos.limit === null ? String(videos.used) : `${videos.used} of ${videos.limit}`],
    ['length', formatClock(seconds)],
    ['cost', dollars(costUsd)],
    ...usage.ceilings.map(
      ({ period, usedUsd, limitUsd }) =>
        [`this ${period}`, `${dollars(usedUsd)} of ${dollars(limitUsd)} spent`] as const,
    ),
    ['uploads', limitBytes === null ? '' : `${inGib(heldBytes)} of ${inGib(limitBytes)} held unused`],
    ['longest', longestVideoSeconds === null ? '' : `${formatClock(longestVideoSeconds)} for one video`],
  ]);
};
