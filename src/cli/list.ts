import { basename } from 'node:path';
import { Option, type Command } from 'commander';
import type { Job } from '../api/jobs/job-schemas.ts';
import { stopText, type StopNotice } from '../domain/emergency-stop.ts';
import { jobStateSchema, type JobState } from '../domain/job.ts';
import { formatClock } from '../domain/time.ts';
import { answerOf, type Api } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { positiveInteger } from './positive-integer.ts';
import { plain, tableText } from './terminal/draw.ts';

const LARGEST_PAGE = 100;
const MAXIMUM_SOURCE_WIDTH = 40;

interface ListOptions {
  limit: number;
  status?: JobState;
  json?: boolean;
}

/** `clipscribe list`: jobs that run, then those that ended. */
export function registerListCommand(program: Command, context: CommandContext): void {
  program
    .command('list')
    .summary('list jobs, those that run first')
    .option('-n, --limit <number>', 'how many at most', positiveInteger, 20)
    .addOption(new Option('-s, --status <status>', 'only jobs in this state').choices(jobStateSchema.options))
    .addOption(jsonOption())
    .action(async ({ limit, status, json }: ListOptions) => {
      const { jobs, stop } = await readJobs(await requireApi(context.settings()), limit, status);
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

async function readJobs(
  api: Api,
  limit: number,
  status: JobState | undefined,
): Promise<Pick<JobPage, 'jobs' | 'stop'>> {
  const jobs: Job[] = [];
  let stop: StopNotice | null = null;
  let cursor: string | null = null;
  do {
    const query = {
      limit: String(Math.min(LARGEST_PAGE, limit - jobs.length)),
      ...(status === undefined ? {} : { status }),
      ...(cursor === null ? {} : { cursor }),
    };
    const page: JobPage = await answerOf(api, api.client.api.jobs.$get({ query }));
    jobs.push(...page.jobs);
    ({ nextCursor: cursor, stop } = page);
  } while (cursor !== null && jobs.length < limit);
  return { jobs, stop };
}

function jobsText(jobs: readonly Job[]): string {
  const rows = [
    ['JOB', 'STATUS', 'STAGE', 'LENGTH', 'CREATED', 'SOURCE'],
    ...jobs.map((job) => [
      job.id,
      job.status.replace('_', ' '),
      job.completedAt === null ? job.stage : '',
      job.durationSeconds === null ? '' : formatClock(job.durationSeconds),
      job.createdAt.slice(0, 16).replace('T', ' '),
      sourceText(job.source),
    ]),
  ];
  return tableText(rows);
}

/** A file by its name, an address by its end. */
function sourceText(source: string): string {
  const text = plain(source.startsWith('http') ? source.replace(/^https?:\/\//, '') : basename(source));
  return text.length <= MAXIMUM_SOURCE_WIDTH ? text : `…${text.slice(1 - MAXIMUM_SOURCE_WIDTH)}`;
}
