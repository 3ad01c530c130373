import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { tools } from './tools.ts';

const run = promisify(execFile);

/** Runs ffmpeg on synthetic sources, for the media that tests need. */
export const makeMedia = async (filePath: string, ...ffmpegArguments: string[]): Promise<string> => {
  await run(tools.ffmpeg, [
    '-nostdin',
    '-hide_banner',
    '-loglevel',
    'error',
    '-y',
    ...ffmpegArguments,
    filePath,
  ]);
  return filePath;
};

/** A tone that changes all the time, so that a missing or moved part is heard. */
export const sweepingTone = (seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc='0.4*sin(2*PI*(200*t+15*t*t))':s=44100:d=${seconds}`,
];

/** A picture that no codec makes small. */
export const noisyPicture = (seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=s=640x360:r=25:d=${seconds},noise=alls=40:allf=t`,
];

/** MPEG-4 video of about so many bits a second. */
export const videoAtRate = (bitsPerSecond: number): string[] => [
  ...['-c:v', 'mpeg4', '-b:v', String(bitsPerSecond)],
  ...['-maxrate', String(bitsPerSecond), '-bufsize', String(bitsPerSecond / 4)],
];
