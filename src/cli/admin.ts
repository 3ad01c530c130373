import type { Command } from 'commander';
import { stopText } from '../domain/emergency-stop.ts';
import { answerOf } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { plain } from './terminal/draw.ts';
import { incidentsText } from './terminal/incidents-text.ts';
import { overviewText } from './terminal/overview-text.ts';

/** `clipscribe admin`: what concerns the whole installation; for administrators. */
export function registerAdminCommands(program: Command, context: CommandContext): void {
  const admin = program.command('admin').summary('look at the installation, stop and resume all work');
  const { stdout } = context.terminal;
  admin
    .command('overview')
    .summary('show jobs, workers, tokens, use, failures and feedback')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const api = await requireApi(context.settings());
      const overview = await answerOf(api, api.client.api.admin.overview.$get());
      stdout.write(`${json ? JSON.stringify(overview) : overviewText(overview)}\n`);
    });
  admin
    .command('alerts')
    .summary('show what is wrong with the installation, and what was')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const api = await requireApi(context.settings());
      const answer = await answerOf(api, api.client.api.admin.alerts.$get());
      stdout.write(`${json ? JSON.stringify(answer) : incidentsText(answer.incidents)}\n`);
    });
  admin
    .command('stop')
    .summary('stop all work of the installation')
    .description(
      'Refuses new jobs, and parks running ones once their steps in hand are done. Nothing is lost. It holds until `admin resume`.',
    )
    .requiredOption('--reason <text>', 'told to everybody whose work waits')
    .addOption(jsonOption())
    .action(async ({ reason, json }: { reason: string; json?: boolean }) => {
      const api = await requireApi(context.settings());
      const answer = await answerOf(api, api.client.api.admin.stop.$post({ json: { reason }, header: {} }));
      if (json) return void stdout.write(`${JSON.stringify(answer)}\n`);
      const { stop, changed } = answer;
      const holds = stop === null ? '' : plain(stopText(stop));
      stdout.write(
        changed
          ? `${holds}\nRunning jobs are parked once their steps in hand are done. Go on with: npx clipscribe admin resume\n`
          : `It is stopped already. ${holds}\n`,
      );
    });
  admin
    .command('resume')
    .summary('let all work go on')
    .description('Lets every parked job go on where it stopped. Jobs that their user paused stay paused.')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const api = await requireApi(context.settings());
      const answer = await answerOf(api, api.client.api.admin.resume.$post({ header: {} }));
      const text = answer.changed ? 'All work goes on.' : 'Nothing was stopped.';
      stdout.write(`${json ? JSON.stringify(answer) : text}\n`);
    });
}
