import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Job, JobStatus } from '../../api/jobs/job-schemas.ts';
import {
  LOCAL_SCORE,
  PROPOSAL_FILE,
  proposalSchema,
  proposalSettingsSchema,
  type Proposal,
} from '../../domain/proposal.ts';
import { formatClock } from '../../domain/time.ts';
import { answerOf, fetchFrom, type Api } from '../api/api-client.ts';
import { requireApi } from '../api/find-api.ts';
import { API_AWAY, followJob } from '../api/follow-job.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { onInterrupt } from '../interrupt.ts';
import { jsonOption, priorityOption } from '../job-options.ts';
import { printAnswer } from '../print-answer.ts';
import { plain, tableText } from '../terminal/draw.ts';

interface ProposeOptions {
  length: number;
  moments?: number;
  model?: string;
  priority?: number;
  submit?: boolean;
  output?: string;
  json?: boolean;
}

/** `clipscribe reel propose`: the moments of a video that a reel could be made of. */
export function registerReelProposeCommand(reel: Command, context: CommandContext): void {
  reel
    .command('propose')
    .summary('propose the moments of a video for a reel')
    .description(
      'Proposes the moments of a transcribed video and writes them into a file, to be edited, stitched or exported.',
    )
    .argument('<job>', 'id of a completed job')
    .option('--length <seconds>', 'all moments together are no longer', setting('lengthSeconds'), 60)
    .option('--moments <3-10>', 'the most moments; found from the length when absent', setting('count'))
    .option(
      '--model <name>',
      `what chooses: the installation's language model, or ${LOCAL_SCORE} (default: ${LOCAL_SCORE})`,
    )
    .option('-o, --output <file>', `where to write it (default: ${PROPOSAL_FILE}; none with --json)`)
    .addOption(
      new Option('--submit', 'print the id of the proposal, and leave it to the workers').conflicts('output'),
    )
    .addOption(priorityOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExample:\n  $ npx clipscribe reel propose job_01… --length 90 --output talk.json`,
    )
    .action(async (jobId: string, options: ProposeOptions) => {
      if (options.submit) return submitOnly(jobId, options, context);
      const output = options.output ?? (options.json ? undefined : PROPOSAL_FILE);
      if (output !== undefined && existsSync(output))
        throw new CliError(`The file ${output} exists, and may have been edited.`, {
          exitCode: EXIT.usage,
          fix: 'Name another one with --output, or remove it.',
        });
      const proposal = await propose(jobId, options, context);
      if (proposal === undefined) return;
      const text = JSON.stringify(proposal, null, 2);
      if (output !== undefined) await writeFile(output, `${text}\n`, { flag: 'wx' });
      context.terminal.stdout.write(`${options.json ? text : momentsText(proposal)}\n`);
      if (!options.json && output !== undefined)
        context.terminal.stderr.write(
          `Written to ${output}. Edit it as you like, then: npx clipscribe reel stitch ${output} --output reel.mp4\n`,
        );
    });
}

function submit(api: Api, jobId: string, { length, moments, model, priority }: ProposeOptions): Promise<Job> {
  return answerOf(
    api,
    api.client.api.reels.proposals.$post({
      header: {},
      json: {
        ...{ jobId, lengthSeconds: length },
        ...(moments === undefined ? {} : { count: moments }),
        ...(model === undefined ? {} : { model }),
        ...(priority === undefined ? {} : { priority }),
      },
    }),
  );
}

async function submitOnly(jobId: string, options: ProposeOptions, context: CommandContext): Promise<void> {
  const job = await submit(await requireApi(context.settings()), jobId, options);
  printAnswer(context, job, job.id, options);
  context.terminal.stderr.write(
    `Get it, when it is done, with: npx clipscribe fetch ${job.id} --output-dir results\n`,
  );
}

/** @returns undefined where the user left before it was done */
async function propose(
  jobId: string,
  options: ProposeOptions,
  { settings: readSettings, terminal, exit }: CommandContext,
): Promise<Proposal | undefined> {
  const settings = readSettings();
  const api = await requireApi(settings);
  const { id } = await submit(api, jobId, options);
  using interrupt = onInterrupt();
  const last = await lastStatus(id, {
    currentApi: () => requireApi(settings),
    signal: interrupt.signal,
    onReconnect: (isNew) => {
      if (isNew) terminal.stderr.write(`${API_AWAY}\n`);
    },
  });
  if (last?.status === 'completed') {
    for (const notice of last.notices) terminal.stderr.write(`Note: ${plain(notice)}\n`);
    return readProposal(api, id);
  }
  if (interrupt.signal.aborted) {
    terminal.stderr.write(`You have left; the job goes on. Watch it with: npx clipscribe watch ${id}\n`);
    exit(EXIT.interrupted);
    return undefined;
  }
  const needsAttention = last?.status === 'needs_attention';
  throw new CliError(last?.error?.message ?? `The proposal was not made (${last?.status ?? 'unknown'}).`, {
    exitCode: needsAttention ? EXIT.needsAttention : EXIT.failed,
    fix: needsAttention
      ? `Mend it, then: npx clipscribe retry ${id} (with --set model=local, no language model is asked), and: npx clipscribe fetch ${id} --output-dir results`
      : undefined,
  });
}

/** The status with which a job ends, or waits for somebody. */
async function lastStatus(
  jobId: string,
  options: Parameters<typeof followJob>[1],
): Promise<JobStatus | undefined> {
  let last: JobStatus | undefined;
  for await (const status of followJob(jobId, options)) {
    last = status;
    if (status.status === 'needs_attention') break;
  }
  return last;
}

async function readProposal(api: Api, jobId: string): Promise<Proposal> {
  const answer = await fetchFrom(api, `/api/jobs/${encodeURIComponent(jobId)}/artifacts/${PROPOSAL_FILE}`);
  return proposalSchema.parse(await answer.json());
}

function momentsText({ moments }: Proposal): string {
  if (moments.length === 0) return 'No moments.';
  const rows = moments.map(({ start, end, score, title }) => [
    `${formatClock(start)}–${formatClock(end)}`,
    `${(end - start).toFixed(1)} s`,
    score.toFixed(2),
    plain(title),
  ]);
  return tableText([['TIME', 'LENGTH', 'SCORE', 'TITLE'], ...rows]);
}

/** A number as the API takes it. */
const setting =
  (name: 'lengthSeconds' | 'count') =>
  (text: string): number => {
    const value = proposalSettingsSchema.shape[name].safeParse(Number(text));
    if (!value.success || value.data === undefined)
      throw new InvalidArgumentError(value.error?.issues[0]?.message ?? 'It is a number.');
    return value.data;
  };
