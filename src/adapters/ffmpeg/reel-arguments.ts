import ffmpeg from 'fluent-ffmpeg';
import type { Compression } from '../../domain/reel.ts';
import type { ReelFormat } from '../../domain/reel-part.ts';
import type { SourceSpan } from '../../ports/reel-tool.ts';
import { commandLine, FFPROBE_BASICS, fileUrl, hardening, quietly, THREADS } from './arguments.ts';
import { CLIP_ENTRIES } from './clip-facts.ts';
import { REEL_SAMPLE_RATE_HZ } from './reel-filters.ts';

/** ffmpeg counts what it has written on standard output, for {@link file://./progress-lines.ts}. */
const COUNTING = ['-progress', 'pipe:1', '-stats_period', '1'];

/** A share of pictures or sound that cannot be decoded, above which a clip is no clip. */
const TOLERATED_ERRORS = '0.2';

/** Parameter sets of our own pictures are numbered apart from those of cameras, which begin at 0. */
const PARAMETER_SET_ID = 7;

const KEY_PICTURE_SECONDS = 2;

/** Without loss. In one format, silence too: a list of files is decoded with the settings of its first one. */
const PART_SOUND = ['-c:a', 'alac', '-sample_fmt', 's32p'];

/** Quality at which differences are not seen (`lossless`), hardly (`optimized`), or little (`fast`). */
const ENCODERS: Readonly<Record<Compression, { preset: string; crf: number; peakBits: string }>> = {
  optimized: { preset: 'medium', crf: 21, peakBits: '10M' },
  fast: { preset: 'superfast', crf: 23, peakBits: '14M' },
  lossless: { preset: 'medium', crf: 12, peakBits: '50M' },
};

/** ffprobe, printing JSON for {@link file://./clip-facts.ts}. */
export const describeArguments = (filePath: string): string[] => [
  ...FFPROBE_BASICS,
  ...['-print_format', 'json', '-show_data_hash', 'sha256', '-show_entries', CLIP_ENTRIES],
  ...['-i', fileUrl(filePath)],
];

/** ffprobe ends its list at the first packet of any track that is shown so late; others lie behind it. */
const LISTED_BEHIND_SECONDS = 4;

/** ffprobe, printing packets of a stretch and behind it for {@link file://./stretch-packets.ts}. */
export const stretchPacketsArguments = (filePath: string, { start, end }: SourceSpan): string[] => [
  ...FFPROBE_BASICS,
  ...[
    '-read_intervals',
    `${start.toFixed(3)}%${end === null ? '' : (end + LISTED_BEHIND_SECONDS).toFixed(3)}`,
  ],
  ...['-show_entries', 'packet=stream_index,dts_time,size,pos', '-print_format', 'csv=print_section=0'],
  ...['-i', fileUrl(filePath)],
];

/**
 * Reads a stretch to its end and decodes its key pictures. Where its loudness is wanted, its sound is decoded, too, and
 * standard error tells it.
 *
 * Of a stretch that ends before its source the pictures are read, not decoded: ffmpeg would go on to the next key
 * picture behind the end, where a file may hold nothing but holes.
 */
export const examineArguments = (
  filePath: string,
  { start, end }: SourceSpan,
  sound: 'none' | 'read' | 'measured',
): string[] => {
  const decodesPictures = end === null;
  const command = ffmpeg()
    .input(fileUrl(filePath))
    .inputOptions([
      ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'info', ...COUNTING],
      ...['-threads', THREADS, ...hardening('file'), ...spanOptions(start, end)],
      ...(decodesPictures ? ['-skip_frame', 'nokey'] : []),
    ])
    .output('-')
    .outputOptions(['-map', '0:V:0', '-max_error_rate', TOLERATED_ERRORS])
    .outputOptions(decodesPictures ? [] : ['-c:v', 'copy'])
    .format('null');
  if (sound !== 'none') {
    command
      .output('-')
      .outputOptions(['-map', '0:a:0'])
      .outputOptions(sound === 'measured' ? ['-af', 'ebur128=peak=true:framelog=quiet'] : ['-c:a', 'copy'])
      .format('null');
  }
  return commandLine(command);
};

const spanOptions = (start: number, end: number | null): string[] => [
  ...(start > 0 ? ['-ss', start.toFixed(6)] : []),
  ...(end === null ? [] : ['-t', (end - start).toFixed(6)]),
];

/** A stretch as an input; how much of it is read, its filters say. */
export interface StretchInput {
  filePath: string;
  start: number;
}

/**
 * Encodes one part: picture and sound into files of their own, because all sound of a reel is encoded together.
 *
 * @param graph gives `[v]` (unless there is no picture to make) and `[a]`
 */
export const encodeArguments = (options: {
  inputs: readonly StretchInput[];
  graph: string;
  videoPath: string | null;
  audioPath: string;
  format: ReelFormat;
  compression: Compression;
}): string[] => {
  const { inputs, graph, videoPath, audioPath, format, compression } = options;
  const command = ffmpeg();
  for (const { filePath, start } of inputs) {
    command
      .input(fileUrl(filePath))
      // All from the key picture before the start comes, the picture that is shown at the start among it.
      .inputOptions([
        '-threads',
        THREADS,
        ...hardening('file'),
        '-noaccurate_seek',
        ...spanOptions(start, null),
      ]);
  }
  command.complexFilter(graph);
  if (videoPath !== null) {
    command
      .output(fileUrl(videoPath))
      .outputOptions([...['-map', '[v]'], ...pictureOptions(format, compression)]);
  }
  command
    .output(fileUrl(audioPath))
    .outputOptions(['-map', '[a]', ...PART_SOUND, ...TIDY])
    .format('mp4');
  return [...quietly, '-y', ...COUNTING, '-max_error_rate', TOLERATED_ERRORS, ...commandLine(command)];
};

/**
 * Pictures are written so much before they are shown as those of the clips that are copied: else the times at
 * which they are to be decoded would overlap where one part ends and another one begins.
 */
const REORDERING: Readonly<Record<ReelFormat['reorderedPictures'], string[]>> = {
  0: ['bframes=0'],
  1: ['bframes=3', 'b-pyramid=none'],
  2: ['bframes=3', 'b-pyramid=normal'],
};

/** The same bytes for the same input, without what a camera or a user wrote into the file. */
const TIDY = ['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'];

function pictureOptions(format: ReelFormat, compression: Compression): string[] {
  const { preset, crf, peakBits } = ENCODERS[compression];
  const { numerator, denominator } = format.frameRate;
  const keyPictures = Math.round((KEY_PICTURE_SECONDS * numerator) / denominator);
  // stitchable: the parameters do not depend on the content, so that parts agree.
  const x264 = [
    `stitchable=1:sps-id=${PARAMETER_SET_ID}:keyint=${keyPictures}:open-gop=0`,
    ...REORDERING[format.reorderedPictures],
  ].join(':');
  return [
    ...['-c:v', 'libx264', '-preset', preset, '-crf', String(crf), '-maxrate', peakBits, '-bufsize', '20M'],
    ...['-profile:v', 'high', '-level:v', '4.2', '-pix_fmt', 'yuv420p', '-x264-params', x264],
    ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
    ...['-threads', THREADS, '-video_track_timescale', String(format.timescale)],
    ...[...TIDY, '-f', 'mp4'],
  ];
}

/** Takes a clip's own picture out of its file, on the reel's clock. */
export const extractArguments = (filePath: string, outputPath: string, { timescale }: ReelFormat): string[] =>
  commandLine(
    ffmpeg()
      .input(fileUrl(filePath))
      .inputOptions([...quietly, '-y', ...COUNTING, ...hardening('file')])
      .output(fileUrl(outputPath))
      .outputOptions(['-map', '0:V:0', '-c', 'copy', ...TIDY, '-video_track_timescale', String(timescale)])
      .format('mp4'),
  );

/**
 * Joins the files of lists. Lists are ours and name files beside them; what the files are is checked all the same.
 *
 * @param audioList null: the sound of the files in the first list is copied
 */
export const joinArguments = (options: {
  videoList: string;
  audioList: string | null;
  subtitles: { filePath: string; language: string } | null;
  outputPath: string;
  timescale: number;
}): string[] => {
  const { videoList, audioList, subtitles, outputPath, timescale } = options;
  const list = [
    '-protocol_whitelist',
    'file',
    '-format_whitelist',
    'concat,mov',
    '-f',
    'concat',
    '-safe',
    '1',
  ];
  const command = ffmpeg().input(fileUrl(videoList)).inputOptions(list);
  const maps = ['-map', '0:v:0'];
  if (audioList === null) maps.push('-map', '0:a:0?');
  else {
    command.input(fileUrl(audioList)).inputOptions(list);
    maps.push('-map', '1:a:0');
  }
  if (subtitles !== null) {
    command
      .input(fileUrl(subtitles.filePath))
      .inputOptions(['-protocol_whitelist', 'file', '-format_whitelist', 'srt', '-f', 'srt']);
    maps.push('-map', `${audioList === null ? 1 : 2}:s:0`);
  }
  command
    .output(fileUrl(outputPath))
    .outputOptions([
      ...[...maps, '-c:v', 'copy', '-video_track_timescale', String(timescale)],
      ...(audioList === null
        ? ['-c:a', 'copy']
        : ['-c:a', 'aac', '-b:a', '192k', '-ar', String(REEL_SAMPLE_RATE_HZ), '-ac', '2']),
      ...(subtitles === null
        ? []
        : ['-c:s', 'mov_text', '-metadata:s:s:0', `language=${subtitles.language}`]),
      ...[...TIDY, '-movflags', '+faststart'],
    ])
    .format('mp4');
  // Parts are our own files: what of them cannot be decoded would be missing in the reel.
  return [...quietly, '-y', ...COUNTING, '-max_error_rate', '0', ...commandLine(command)];
};
