import { InvalidArgumentError, Option, type Command } from 'commander';
import { REEL_FILE, reelSettingsSchema, type ReelSettings } from '../../domain/reel.ts';
import type { ClipRequest } from '../../domain/reel-clip.ts';
import { answerOf, type Api } from '../api/api-client.ts';
import { downloadArtifact } from '../api/download-results.ts';
import { requireApi } from '../api/find-api.ts';
import { CliError, EXIT, type ExitCode } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonOption, priorityOption } from '../job-options.ts';
import { notifyOption, type Notify } from '../notify-option.ts';
import { printAnswer } from '../print-answer.ts';
import { drawAdvice, plain } from '../terminal/draw.ts';
import { showJob } from '../terminal/show-job.ts';
import { addressForService, outputPlace } from './output-place.ts';
import { readClips, withFilesSent } from './stitch-clips.ts';

interface StitchOptions extends Partial<Omit<ReelSettings, 'crossfadeSeconds'>> {
  output?: string;
  submit?: boolean;
  priority?: number;
  crossfade?: number;
  titles?: boolean;
  project?: string;
  forceRestart?: boolean;
  notify?: Notify;
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
    .option('-o, --output <file>', 'where to write the video: a file, or a gs or s3 address')
    .option('--submit', 'print the id of the reel, and leave it to the workers')
    .addOption(choice('--orientation <shape>', 'the shape of the frame (default: landscape)', orientation))
    .addOption(choice('--framing <way>', 'how clips of another shape fill it (default: fit)', framing))
    .addOption(
      choice(
        '--compression <way>',
        'small files, quick, or no visible loss (default: optimized)',
        compression,
      ),
    )
    .addOption(choice('--loudness <way>', 'make clips equally loud, or keep them (default: even)', loudness))
    .option('--crossfade <seconds>', 'let clips fade into one another', secondsOption)
    .addOption(choice('--subtitles <way>', 'from the transcripts of the jobs (default: none)', subtitles))
    .option('--titles', "show the titles of a proposal's moments on cards before them")
    .option('--project <name>', 'one reel of a project is made at a time')
    .addOption(priorityOption())
    .option('--force-restart', 'take the place of the reel of this project that is being made')
    .addOption(notifyOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  $ npx clipscribe reel stitch one.mp4 two.mov --orientation portrait --framing blur --output reel.mp4\n  $ npx clipscribe reel stitch job_01…#t=12.5,30 job_01…#t=61,75 --subtitles burned --output reel.mp4\n  $ npx clipscribe reel stitch proposal.json --output reel.mp4\n  $ id=$(npx clipscribe reel stitch proposal.json --submit)`,
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
  const isSubmitted = options.submit === true;
  const place = outputPlace(options.output, { isSubmitted });
  const clips = await readClips(given, { titles: options.titles === true });
  const api = await requireApi(context.settings());
  const outputPath = addressForService(api, place, { isSubmitted });
  const { stderr, stdout } = context.terminal;
  const job = await withFilesSent({ api, clips, terminal: context.terminal }, (sent) =>
    submit(api, sent, { ...options, outputPath }),
  );
  const { id } = job;
  if (isSubmitted) {
    printAnswer(context, job, id, options);
    stderr.write(`Follow it with: npx clipscribe watch ${id}\n`);
    return EXIT.done;
  }
  const last = await showJob({ jobId: id, name: 'reel' }, { json: options.json === true }, context);
  if (last === undefined) {
    stderr.write(`You have left; the reel goes on. Watch it with: npx clipscribe reel status ${id}\n`);
    return EXIT.interrupted;
  }
  if (!options.json) {
    for (const notice of last.notices) stderr.write(`Note: ${plain(notice)}\n`);
    for (const line of drawAdvice(last)) stderr.write(`${line}\n`);
  }
  if (last.status === 'needs_attention') return EXIT.needsAttention;
  if (last.status !== 'completed') return EXIT.failed;
  if (place?.kind === 'file') await bring(api, id, place.path);
  const output = place?.kind === 'file' ? place.path : place?.address;
  stdout.write(`${options.json ? JSON.stringify({ jobId: id, output }) : options.output}\n`);
  return EXIT.done;
}

function submit(api: Api, clips: ClipRequest[], options: StitchOptions & { outputPath: string | undefined }) {
  const { crossfade, project, forceRestart, orientation: shape, outputPath, priority } = options;
  return answerOf(
    api,
    api.client.api.reels.$post({
      header: {},
      json: {
        clips,
        ...(outputPath !== undefined && { outputPath }),
        ...(shape && { orientation: shape }),
        ...(options.framing && { framing: options.framing }),
        ...(options.compression && { compression: options.compression }),
        ...(options.loudness && { loudness: options.loudness }),
        ...(options.subtitles && { subtitles: options.subtitles }),
        ...(crossfade !== undefined && { crossfadeSeconds: crossfade }),
        ...(project !== undefined && { projectId: project }),
        ...(priority !== undefined && { priority }),
        ...(forceRestart && { force_restart: true }),
        ...options.notify,
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
