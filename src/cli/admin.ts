import type { Command } from 'commander';
import { stopText } from '../domain/emergency-stop.ts';
import { answerOf } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { positiveInteger } from './positive-integer.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';
import { readPages } from './read-pages.ts';
import { plain } from './terminal/draw.ts';
import { incidentsText } from './terminal/incidents-text.ts';
import { overviewText } from './terminal/overview-text.ts';

/** `clipscribe admin`: what concerns the whole installation; for administrators. */
export function registerAdminCommands(program: Command, context: CommandContext): void {
  const admin = program.command('admin').summary('look at the installation, stop and resume all work');
  registerOverview(admin, context);
  registerAlerts(admin, context);
  registerStop(admin, context);
  registerResume(admin, context);
}

async function routesOf({ settings }: CommandContext) {
  const api = await requireApi(settings());
  return { api, routes: api.client.api.admin };
}

const registerOverview = (admin: Command, context: CommandContext): Command =>
  admin
    .command('overview')
    .summary('show jobs, workers, tokens, use, failures and feedback')
    .addOption(jsonOption())
    .action(async (options: JsonFlag) => {
      const { api, routes } = await routesOf(context);
      const overview = await answerOf(api, routes.overview.$get());
      printAnswer(context, overview, overviewText(overview), options);
    });

const registerAlerts = (admin: Command, context: CommandContext): Command =>
  admin
    .command('alerts')
    .summary('show what is wrong with the installation, and what was')
    .option('-n, --limit <number>', 'how many at most', positiveInteger, 20)
    .addOption(jsonOption())
    .action(async ({ limit, ...options }: { limit: number } & JsonFlag) => {
      const { api, routes } = await routesOf(context);
      const incidents = await readPages(limit, async (query) => {
        const page = await answerOf(api, routes.alerts.$get({ query }));
        return { rows: page.incidents, nextCursor: page.nextCursor };
      });
      printAnswer(context, incidents, incidentsText(incidents), options);
    });

const registerStop = (admin: Command, context: CommandContext): Command =>
  admin
    .command('stop')
    .summary('stop all work of the installation')
    .description(
      'Refuses new jobs, and parks running ones once their steps in hand are done. Nothing is lost. It holds until `admin resume`.',
    )
    .option('--reason <text>', 'told to everybody whose work waits', 'An administrator has stopped all work.')
    .addOption(jsonOption())
    .action(async ({ reason, ...options }: { reason: string } & JsonFlag) => {
      const { api, routes } = await routesOf(context);
      const answer = await answerOf(api, routes.stop.$post({ json: { reason }, header: {} }));
      const holds = answer.stop === null ? '' : plain(stopText(answer.stop));
      const text = answer.changed
        ? `${holds}\nRunning jobs are parked once their steps in hand are done. Go on with: npx clipscribe admin resume`
        : `It is stopped already. ${holds}`;
      printAnswer(context, answer, text, options);
    });

const registerResume = (admin: Command, context: CommandContext): Command =>
  admin
    .command('resume')
    .summary('let all work go on')
    .description('Lets every parked job go on where it stopped. Jobs that their user paused stay paused.')
    .addOption(jsonOption())
    .action(async (options: JsonFlag) => {
      const { api, routes } = await routesOf(context);
      const answer = await answerOf(api, routes.resume.$post({ header: {} }));
      printAnswer(context, answer, answer.changed ? 'All work goes on.' : 'Nothing was stopped.', options);
    });
