import ffmpeg from 'fluent-ffmpeg';
import type { FfmpegCommand } from 'fluent-ffmpeg';
import { SAMPLE_RATE_HZ } from '../../domain/media.ts';
import { FORMAT_WHITELIST } from './demuxers.ts';

/**
 * Command lines are written with fluent-ffmpeg and run by src/adapters/process: its own runner knows neither
 * process groups nor a clean environment, and starts ffmpeg several times to ask for its abilities.
 */
export const commandLine = (command: FfmpegCommand): string[] => command._getArguments().map(String);

/** Two, because ffmpeg would take every core of a host that has models to run. */
export const THREADS = '2';

/**
 * What stands before each input. A file's content chooses the demuxer, so a playlist named `talk.mp4` would make
 * ffmpeg read the files it lists: only named demuxers, and only the one protocol the input itself needs.
 */
export const hardening = (protocol: 'file' | 'pipe'): string[] => [
  '-protocol_whitelist',
  protocol,
  '-format_whitelist',
  FORMAT_WHITELIST,
];

/** `file:` keeps a leading dash from being an option and a colon from being a protocol. */
export const fileUrl = (filePath: string): string => `file:${filePath}`;

export const quietly = ['-nostdin', '-hide_banner', '-loglevel', 'error'];

/**
 * `async=1` fills gaps in the time stamps with silence and trims overlaps, and `first_pts=0` does so at the
 * start, so that the n-th sample is what is heard n / SAMPLE_RATE_HZ seconds into the video.
 * `lfe_mix_level=1`: ffmpeg drops the LFE channel when it mixes to mono; recorders with eight microphones put a
 * person there.
 */
const RESAMPLE_ON_THE_CLOCK = 'aresample=async=1:first_pts=0:lfe_mix_level=1';

/**
 * Decodes the first audio track to mono PCM on standard output.
 *
 * @param input a local file, or standard input
 * @param tracksStartApart see {@link file://./container.ts}: then the picture, too, is demuxed (not decoded),
 *   because ffmpeg sets the zero of such a clock to the first of the tracks it uses
 */
export const decodeArguments = (
  input: { filePath: string } | 'stdin',
  tracksStartApart: boolean,
): string[] => {
  const command = ffmpeg()
    .input(input === 'stdin' ? 'pipe:0' : fileUrl(input.filePath))
    .inputOptions([...quietly, '-threads', THREADS, ...hardening(input === 'stdin' ? 'pipe' : 'file')])
    .output('pipe:1')
    .noVideo()
    .outputOptions(['-map', '0:a:0', '-sn', '-dn', '-max_error_rate', '1'])
    .audioFilters(RESAMPLE_ON_THE_CLOCK)
    .audioChannels(1)
    .audioFrequency(SAMPLE_RATE_HZ)
    .format('s16le');
  if (tracksStartApart) {
    command.output('-').outputOptions(['-map', '0:v?', '-map', '0:a:0', '-c', 'copy']).format('null');
  }
  return commandLine(command);
};

/** Mono s16le PCM on standard input to FLAC on standard output; the same bytes for the same input. */
export const encodeFlacArguments = (): string[] =>
  commandLine(
    ffmpeg()
      .input('pipe:0')
      .inputFormat('s16le')
      .inputOptions([...quietly, '-protocol_whitelist', 'pipe', '-ar', String(SAMPLE_RATE_HZ), '-ac', '1'])
      .output('pipe:1')
      .outputOptions(['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'])
      .audioCodec('flac')
      .format('flac'),
  );

const PROBED_ENTRIES = [
  'format=format_name,duration',
  'format_tags=title',
  'stream=codec_type,codec_name,duration,width,height,avg_frame_rate',
  'stream_disposition=attached_pic',
].join(':');

export const FFPROBE_BASICS = [
  '-hide_banner',
  '-loglevel',
  'error',
  '-threads',
  THREADS,
  ...hardening('file'),
];

/** ffprobe, printing JSON for {@link file://./probe-output.ts}. fluent-ffmpeg does not build ffprobe commands. */
export const probeArguments = (filePath: string): string[] => [
  ...FFPROBE_BASICS,
  '-print_format',
  'json',
  '-show_entries',
  PROBED_ENTRIES,
  '-i',
  fileUrl(filePath),
];

/** ffprobe, printing `size,position` of each packet of the first audio track for {@link file://./audio-packets.ts}. */
export const audioPacketsArguments = (filePath: string): string[] => [
  ...FFPROBE_BASICS,
  '-select_streams',
  'a:0',
  '-show_entries',
  'packet=size,pos',
  '-print_format',
  'csv=print_section=0',
  '-i',
  fileUrl(filePath),
];
