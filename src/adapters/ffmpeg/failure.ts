import { ClipScribeError } from '../../domain/errors.ts';

/** What ffmpeg and ffprobe 4.2 to 9 write to standard error, and what it means. First match counts. */
const CAUSES: readonly { pattern: RegExp; error: () => ClipScribeError }[] = [
  {
    pattern: /Cannot allocate memory/,
    error: () => new ClipScribeError('ToolCrashed', 'Reading the media took more memory than it may.'),
  },
  {
    pattern: /Format not on whitelist/,
    error: () => new ClipScribeError('UnsupportedMedia', 'The file is of a kind that is not supported.'),
  },
  {
    pattern: /matches no streams/,
    error: () => new ClipScribeError('CorruptMedia', 'The file has no audio track.'),
  },
  {
    pattern: /Decoder \(codec .*\) not found|Unknown decoder|no decoder found for/i,
    error: () =>
      new ClipScribeError('UnsupportedMedia', 'The sound is stored in a way that ffmpeg cannot decode.'),
  },
  {
    pattern: /moov atom not found/,
    error: () =>
      new ClipScribeError('CorruptMedia', 'The MP4 file has no index: it was cut off, or it is not a video.'),
  },
  {
    pattern: /No such file or directory|Permission denied/,
    error: () => new ClipScribeError('FileNotFound', 'The file is gone or cannot be read.'),
  },
];

/** The error of a run that gave nothing. ffmpeg's own words name files and streams, so they are not shown. */
export const classifyFailure = (stderrTail: string): ClipScribeError =>
  CAUSES.find(({ pattern }) => pattern.test(stderrTail))?.error() ??
  new ClipScribeError('CorruptMedia', 'The file holds no audio or video that can be read.');
