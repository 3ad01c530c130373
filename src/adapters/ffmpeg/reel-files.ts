/** The lists of files that ffmpeg's demuxer `concat` joins. File names are ours, so nothing needs to be escaped. */
export interface ListedFile {
  /** Beside the list. */
  name: string;
  seconds: number;
}

/** ffconcat 1.0. With its length told, a file's rounding error does not move those behind it. */
export const concatList = (files: readonly ListedFile[]): string =>
  [
    'ffconcat version 1.0',
    ...files.map(({ name, seconds }) => `file ${name}\nduration ${seconds.toFixed(6)}`),
    '',
  ].join('\n');
