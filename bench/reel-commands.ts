import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tools } from '../test/support/tools.ts';

/** What somebody who knows ffmpeg would write by hand: the peers of a reel, for the same output. */

export function joinByCopy(clips: readonly string[], folder: string): string {
  const list = join(folder, 'list.txt');
  writeFileSync(list, clips.map((path) => `file '${path}'\n`).join(''));
  return run(['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy'], join(folder, 'by-hand.mp4'));
}

/** The encoder's settings are those of a reel's. */
export function encodeTogether(clips: readonly string[], folder: string): string {
  const shaped = clips.map(
    (_, index) =>
      `[${index}:v]scale=1920:1080:force_original_aspect_ratio=decrease,pad=1920:1080:-1:-1,setsar=1,fps=30,format=yuv420p[v${index}];[${index}:a]aresample=48000,aformat=channel_layouts=stereo[a${index}]`,
  );
  const pairs = clips.map((_, index) => `[v${index}][a${index}]`).join('');
  return run(
    [
      ...clips.flatMap((path) => ['-i', path]),
      ...['-filter_complex', `${shaped.join(';')};${pairs}concat=n=${clips.length}:v=1:a=1[v][a]`],
      ...['-map', '[v]', '-map', '[a]', '-c:v', 'libx264', '-preset', 'medium', '-crf', '21'],
      ...['-maxrate', '10M', '-bufsize', '20M', '-g', '60', '-c:a', 'aac', '-b:a', '192k'],
    ],
    join(folder, 'by-hand.mp4'),
  );
}

const run = (ffmpegArguments: string[], path: string): string => {
  execFileSync(tools.ffmpeg, [
    ...['-nostdin', '-v', 'error', '-y', ...ffmpegArguments, '-movflags', '+faststart', path],
  ]);
  return path;
};

/** Seconds of a video's picture. */
export const secondsOf = (path: string): number => Number(probe(path, ['-show_entries', 'stream=duration']));

/** Bytes of the packets that are shown in a stretch, from the key picture before it on. */
export function bytesOfStretch(path: string, start: number, end: number): number {
  const tracks = ['v:0', 'a:0'].map((track) =>
    probe(path, ['-read_intervals', `${start}%${end}`, '-show_entries', 'packet=size'], track),
  );
  return tracks
    .join('\n')
    .split('\n')
    .reduce((sum, size) => sum + Number.parseInt(size || '0', 10), 0);
}

const probe = (path: string, entries: string[], track = 'v:0'): string =>
  execFileSync(tools.ffprobe, ['-v', 'error', '-select_streams', track, ...entries, '-of', 'csv=p=0', path], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  }).trim();
