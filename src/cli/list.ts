import { basename } from 'node:path';
import cliTruncate from 'cli-truncate';
import { Option, type Command } from 'commander';
import type { Job } from '../api/jobs/job-schemas.ts';
import { stopText, type StopNotice } from '../domain/emergency-stop.ts';
import { jobStateSchema, type JobState } from '../domain/job.ts';
import { formatClock } from '../domain/time.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import { CliError } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { positiveInteger } from './positive-integer.ts';
import { readPages, type PageQuery } from './read-pages.ts';
import { moment, plain, tableText } from './terminal/draw.ts';

const MAXIMUM_NAME_WIDTH = 40;

interface ListOptions {
  limit: number;
  status?: JobState;
  project?: string;
  json?: boolean;
}

/** `clipscribe list`: jobs that run, then those that ended. */
export function registerListCommand(program: Command, context: CommandContext): void {
  program
    .command('list')
    .summary('list jobs, those that run first')
    .option('-n, --limit <number>', 'how many at most', positiveInteger, 20)
    .addOption(new Option('-s, --status <status>', 'only jobs in this state').choices(jobStateSchema.options))
    .addOption(
      new Option('--project <name>', 'only jobs of this project, the newest first').conflicts('status'),
    )
    .addOption(jsonOption())
    .action(async ({ limit, status, project, json }: ListOptions) => {
      const api = await requireApi(context.settings());
      const readPage = project === undefined ? pagesOfAll(api, status) : pagesOfProject(api, project);
      const { jobs, stop } = await readJobs(limit, readPage);
      const { stdout, stderr } = context.terminal;
      if (json) return void stdout.write(`${JSON.stringify(jobs)}\n`);
      if (stop !== null) stderr.write(`${plain(stopText(stop))}\n`);
      stdout.write(jobs.length === 0 ? 'There are no jobs.\n' : `${jobsText(jobs)}\n`);
    });
}

interface JobPage {
  jobs: Job[];
  nextCursor: string | null;
  stop: StopNotice | null;
}

type ReadPage = (query: PageQuery) => Promise<JobPage>;

const pagesOfAll =
  (api: Api, status: JobState | undefined): ReadPage =>
  (query) =>
    answerOf(
      api,
      api.client.api.jobs.$get({ query: { ...query, ...(status === undefined ? {} : { status }) } }),
    );

/** Of an emergency stop, the list of all jobs tells. */
const pagesOfProject =
  (api: Api, id: string): ReadPage =>
  async (query) => {
    const asking = api.client.api.projects[':id'].jobs.$get({ param: { id }, query });
    try {
      return { ...(await answerOf(api, asking)), stop: null };
    } catch (cause) {
      if (!(cause instanceof CliError) || cause.code !== 'NotFound') throw cause;
      // The API speaks of addresses that it does not have.
      const { code, message } = cause;
      throw new CliError(message, { code, cause, fix: 'See all jobs with `npx clipscribe list`.' });
    }
  };

async function readJobs(limit: number, readPage: ReadPage): Promise<Pick<JobPage, 'jobs' | 'stop'>> {
  let stop = null as StopNotice | null;
  const jobs = await readPages(limit, async (query) => {
    const page = await readPage(query);
    stop = page.stop;
    return { rows: page.jobs, nextCursor: page.nextCursor };
  });
  return { jobs, stop };
}

function jobsText(jobs: readonly Job[]): string {
  const rows = [
    ['JOB', 'STATUS', 'STAGE', 'LENGTH', 'CREATED (UTC)', 'VIDEO'],
    ...jobs.map((job) => [
      job.id,
      job.status.replace('_', ' '),
      job.completedAt === null ? job.stage : '',
      job.durationSeconds === null ? '' : formatClock(job.durationSeconds),
      moment(job.createdAt),
      nameText(job),
    ]),
  ];
  return tableText(rows);
}

/** Its title, once that is known; else a file by its name and an address by its end. */
function nameText({ title, kind, source }: Job): string {
  if (title !== null) return cliTruncate(plain(title), MAXIMUM_NAME_WIDTH);
  // The names of a reel's clips are no path.
  const name = kind === 'reelStitch' ? source : sourceText(source);
  return cliTruncate(plain(name), MAXIMUM_NAME_WIDTH, { position: 'start' });
}

const sourceText = (source: string): string =>
  source.startsWith('http') ? source.replace(/^https?:\/\//, '') : basename(source);
