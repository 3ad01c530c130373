import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tools } from '../test/support/tools.ts';

/** What a camera writes. */
interface Camera {
  size: string;
  rate: number;
  megabitsPerSecond: number;
  codec: 'libx264' | 'mpeg4';
  sampleRateHz: number;
}

/** Its clips join by copy. */
const PHONE: Camera = {
  size: '1920x1080',
  rate: 30,
  megabitsPerSecond: 20,
  codec: 'libx264',
  sampleRateHz: 48_000,
};

/** None fits a reel's frame, so that every picture is encoded. Five seconds of one are 50 MB. */
const CAMERAS: readonly Camera[] = [
  { ...PHONE, megabitsPerSecond: 80, size: '1600x900', sampleRateHz: 44_100 },
  { ...PHONE, megabitsPerSecond: 80, size: '1280x720', rate: 25, codec: 'mpeg4' },
  { ...PHONE, megabitsPerSecond: 80, size: '1080x1920' },
];

/** Clips of about so many megabytes each: of one camera, or of several in turn. @returns their paths */
export function makeClips(
  kind: 'agreeing' | 'differing',
  { clips, megabytes, folder }: { clips: number; megabytes: number; folder: string },
): string[] {
  const cameras = kind === 'agreeing' ? [PHONE] : CAMERAS;
  const takes = cameras.map((camera, index) =>
    film(camera, (megabytes * 8) / camera.megabitsPerSecond, join(folder, `${kind}-take-${index}.mp4`)),
  );
  return Array.from({ length: clips }, (_, index) => {
    // Files of their own: the same file twice would be encoded once.
    const path = join(folder, `${kind}-${index}.mp4`);
    copyStreams(['-i', takes[index % takes.length] ?? ''], path);
    return path;
  });
}

/** One long video of a clip that is shown again and again. */
export function repeated(clip: string, times: number, path: string): string {
  copyStreams(['-stream_loop', String(times - 1), '-i', clip], path);
  return path;
}

const copyStreams = (input: string[], path: string): void => {
  execFileSync(tools.ffmpeg, [
    ...['-nostdin', '-v', 'error', '-y', ...input, '-c', 'copy', '-movflags', '+faststart', path],
  ]);
};

function film(camera: Camera, seconds: number, path: string): string {
  const { size, rate, megabitsPerSecond, codec, sampleRateHz } = camera;
  const bits = `${megabitsPerSecond}M`;
  execFileSync(tools.ffmpeg, [
    ...['-nostdin', '-v', 'error', '-y', '-f', 'lavfi'],
    ...['-i', `testsrc2=s=${size}:r=${rate}:d=${seconds},noise=alls=20:allf=t`],
    ...['-f', 'lavfi', '-i', `anoisesrc=c=pink:a=0.3:r=${sampleRateHz}:d=${seconds}`],
    ...['-c:v', codec, '-g', '60', '-b:v', bits, '-minrate', bits, '-maxrate', bits, '-bufsize', bits],
    // Filled up where the picture needs less.
    ...(codec === 'libx264'
      ? ['-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p', '-x264-params', 'nal-hrd=cbr']
      : ['-qmin', '1']),
    ...['-c:a', 'aac', '-ac', '2', path],
  ]);
  return path;
}
