import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { REEL_FILE, reelSettingsSchema, type ReelSettings } from '../../domain/reel.ts';
import { answerOf, type Api } from '../api/api-client.ts';
import { downloadArtifact } from '../api/download-results.ts';
import { requireApi } from '../api/find-api.ts';
import { CliError, EXIT, type ExitCode } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonOption } from '../job-options.ts';
import { drawAdvice, plain } from '../terminal/draw.ts';
import { showJob } from '../terminal/show-job.ts';
import { readClips, sendFiles } from './stitch-clips.ts';

interface StitchOptions extends Partial<Omit<ReelSettings, 'crossfadeSeconds'>> {
  output: string;
  crossfade?: number;
  project?: string;
  forceRestart?: boolean;
  json?: boolean;
}

const { orientation, framing, compression, loudness, subtitles } = reelSettingsSchema.shape;

/** `clipscribe reel stitch`: makes one video of clips and brings it. */
export function registerReelStitchCommand(reel: Command, context: CommandContext): void {
  const choice = (
    flags: string,
    text: string,
    setting: { unwrap(): { options: readonly string[] } },
  ): Option => new Option(flags, text).choices(setting.unwrap().options);
  reel
    .command('stitch')
    .summary('make one video of clips')
    .description(
      'Joins clips to one video that plays everywhere. A clip is a file, an http, gs or s3 address, or the id of a job, with a span as #t=FROM,TO in seconds; a proposal.json stands for its moments.',
    )
    .argument('<clips...>', 'in the order of the reel')
    .requiredOption('-o, --output <file>', 'where to write the video')
    .addOption(choice('--orientation <shape>', 'portrait, landscape or square', orientation))
    .addOption(choice('--framing <way>', 'how clips of another shape fill the frame', framing))
    .addOption(choice('--compression <way>', 'small files, quick, or no visible loss', compression))
    .addOption(choice('--loudness <way>', 'make clips equally loud, or keep them', loudness))
    .option('--crossfade <seconds>', 'let clips fade into one another', secondsOption)
    .addOption(choice('--subtitles <way>', 'from the transcripts of the jobs', subtitles))
    .option('--project <name>', 'one reel of a project is made at a time')
    .option('--force-restart', 'take the place of the reel of this project that is being made')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  $ npx clipscribe reel stitch one.mp4 two.mov --orientation portrait --framing blur --output reel.mp4\n  $ npx clipscribe reel stitch job_01…#t=12.5,30 job_01…#t=61,75 --subtitles burned --output reel.mp4\n  $ npx clipscribe reel stitch proposal.json --output reel.mp4`,
    )
    .action(async (clips: string[], options: StitchOptions) => {
      context.exit(await stitch(clips, options, context));
    });
}

const secondsOption = (text: string): number => {
  const value = reelSettingsSchema.shape.crossfadeSeconds.safeParse(Number(text));
  if (!value.success) throw new InvalidArgumentError('It is a number of seconds from 0 to 5.');
  return value.data;
};

async function stitch(given: string[], options: StitchOptions, context: CommandContext): Promise<ExitCode> {
  const output = resolve(options.output);
  if (!existsSync(dirname(output)))
    throw new CliError(`There is no folder ${dirname(options.output)}.`, {
      exitCode: EXIT.usage,
      fix: 'Make it, or name another file with --output.',
    });
  const clips = await readClips(given);
  const api = await requireApi(context.settings());
  const { id } = await submit(api, await sendFiles(api, clips, context.terminal), options);
  const last = await showJob({ jobId: id, name: 'reel' }, { json: options.json === true }, context);
  const { stderr, stdout } = context.terminal;
  if (last === undefined) {
    stderr.write(`You have left; the reel goes on. Watch it with: npx clipscribe reel status ${id}\n`);
    return EXIT.interrupted;
  }
  if (!options.json) for (const line of drawAdvice(last)) stderr.write(`${line}\n`);
  if (last.status === 'needs_attention') return EXIT.needsAttention;
  if (last.status !== 'completed') return EXIT.failed;
  await bring(api, id, output);
  if (options.json) stdout.write(`${JSON.stringify({ jobId: id, output })}\n`);
  else {
    for (const notice of last.notices) stderr.write(`Note: ${plain(notice)}\n`);
    stdout.write(`${options.output}\n`);
  }
  return EXIT.done;
}

function submit(api: Api, clips: Awaited<ReturnType<typeof sendFiles>>, options: StitchOptions) {
  const { crossfade, project, forceRestart, orientation: shape } = options;
  return answerOf(
    api,
    api.client.api.reels.$post({
      header: {},
      json: {
        clips,
        ...(shape && { orientation: shape }),
        ...(options.framing && { framing: options.framing }),
        ...(options.compression && { compression: options.compression }),
        ...(options.loudness && { loudness: options.loudness }),
        ...(options.subtitles && { subtitles: options.subtitles }),
        ...(crossfade !== undefined && { crossfadeSeconds: crossfade }),
        ...(project !== undefined && { projectId: project }),
        ...(forceRestart && { force_restart: true }),
      },
    }),
  );
}

/** Writes the reel where it was asked for, whole or not at all. */
async function bring(api: Api, jobId: string, output: string): Promise<void> {
  const job = api.client.api.jobs[':id'];
  const { artifacts } = await answerOf(api, job.artifacts.$get({ param: { id: jobId } }));
  const reel = artifacts.find(({ name }) => name === REEL_FILE);
  if (reel === undefined) throw new CliError('The reel has no video among its results.');
  await downloadArtifact(api, jobId, { name: REEL_FILE, sha256: reel.sha256, path: output });
}
