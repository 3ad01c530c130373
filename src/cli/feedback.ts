import { InvalidArgumentError, type Command } from 'commander';
import { answerOf } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';

/** `clipscribe feedback`: what the result of a job is worth. */
export function registerFeedbackCommand(program: Command, context: CommandContext): void {
  program
    .command('feedback')
    .summary('say what the result of a job is worth')
    .description(
      'Tells the administrators what the result of a job is worth. Given again, it replaces what was.',
    )
    .argument('<id>', 'job id')
    .argument('<rating>', 'from 1 to 5, 5 the best', rating)
    .argument('[words...]', 'what is good or bad about it')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ npx clipscribe feedback job_01… 4 "One name is wrong throughout."')
    .action(async (id: string, stars: number, words: string[], options: JsonFlag) => {
      const api = await requireApi(context.settings());
      const kept = await answerOf(
        api,
        api.client.api.jobs[':id'].feedback.$post({
          param: { id },
          header: {},
          json: { rating: stars, words: words.join(' ') },
        }),
      );
      printAnswer(context, kept, 'Thank you.', options);
    });
}

function rating(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 5)
    throw new InvalidArgumentError('It is a whole number from 1 to 5.');
  return value;
}
