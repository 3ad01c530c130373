import type { ClipFacts, ClipVideo } from '../../domain/reel-clip.ts';
import { secondsOf, type ReelFormat } from '../../domain/reel-part.ts';
import type { ReelSettings } from '../../domain/reel.ts';

/** Filter graphs of reels, as text. All names in them are ours. */

/** What an ffmpeg was built with. */
export interface FilterAbilities {
  /** Maps high dynamic range to ordinary pictures (zscale and tonemap). */
  mapsTones: boolean;
  /** Draws text (libass). */
  drawsText: boolean;
}

/** Sound inside reels: 48 kHz stereo. */
export const REEL_SAMPLE_RATE_HZ = 48_000;

/** Peaks that evening would bring above this are held there; AAC adds up to about 1 dB between samples. */
const PEAK_CEILING = '0.794328';

const TONE_MAP =
  'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv';

/** zscale refuses pictures that do not tell what they are to be mapped from. */
const USUAL_COLOURS = 'setparams=color_primaries=bt2020:colorspace=bt2020nc';

/** The blurred ground is made small, and made large again: it has no detail, and costs a sixteenth. */
const GROUND_PART = 4;

const even = (pixels: number): number => Math.ceil(pixels / 2) * 2;

/** Sound samples of a part: exactly as long as its picture. */
export const samplesOf = (frames: number, format: Pick<ReelFormat, 'frameRate'>): number =>
  Math.round(secondsOf(frames, format) * REEL_SAMPLE_RATE_HZ);

/**
 * A clip's picture in the reel's frame, rate and colours: `frames` pictures from the one that is shown at time 0 on,
 * the last one held where the clip ends early.
 *
 * Of a stretch, pictures come from before time 0, too: at irregular times, the one that is shown then may have begun
 * long ago.
 *
 * @param id tells the labels of one chain from those of another
 * @param readSeconds what begins later is not waited for
 */
export function pictureChain(
  { video }: ClipFacts,
  options: {
    input: string;
    output: string;
    id: number;
    frames: number;
    readSeconds: number;
    format: ReelFormat;
    framing: ReelSettings['framing'];
    abilities: FilterAbilities;
  },
): string {
  const { input, output, id, frames, readSeconds, format, framing, abilities } = options;
  const { numerator, denominator } = format.frameRate;
  const before = [
    trimmed('trim=', readSeconds),
    // First, so that nothing is scaled that is thrown away.
    `fps=${numerator}/${denominator}:start_time=0`,
    ...(video.isInterlaced ? ['bwdif=mode=send_frame'] : []),
    ...(video.hasSquarePixels ? [] : ['scale=w=iw*sar:h=ih', 'setsar=1']),
  ];
  const after = [
    ...(video.dynamicRange !== null && abilities.mapsTones
      ? [...(video.hasUntoldColours ? [USUAL_COLOURS] : []), TONE_MAP]
      : []),
    'format=yuv420p',
    'tpad=stop_mode=clone:stop=-1',
    `trim=end_frame=${frames}`,
    'setpts=N/FRAME_RATE/TB',
  ];
  return `${input}${before.join(',')},${frameChain(video, { format, framing, id })},${after.join(',')}${output}`;
}

function frameChain(
  video: ClipVideo,
  { format, framing, id }: { format: ReelFormat; framing: ReelSettings['framing']; id: number },
): string {
  const { width, height } = format;
  // Tone mapping needs the colours as they came.
  const colours = video.dynamicRange === null ? ':out_color_matrix=bt709:out_range=tv' : '';
  // The filter would make eight bits of ten.
  const depth = video.dynamicRange === null ? '' : ':format=auto';
  const inside = `scale=w=${width}:h=${height}:force_original_aspect_ratio=decrease:force_divisible_by=2${colours},setsar=1`;
  const over = (w: number, h: number): string =>
    `scale=w=${w}:h=${h}:force_original_aspect_ratio=increase:force_divisible_by=2${colours},crop=${w}:${h},setsar=1`;
  switch (framing) {
    case 'fill':
      return over(width, height);
    case 'blur': {
      const [w, h] = [even(width / GROUND_PART), even(height / GROUND_PART)];
      return [
        `split=2[whole${id}][ground${id}]`,
        `[ground${id}]${over(w, h)},boxblur=8:3,scale=w=${width}:h=${height},setsar=1[behind${id}]`,
        `[whole${id}]${inside}[front${id}]`,
        `[behind${id}][front${id}]overlay=(W-w)/2:(H-h)/2${depth}`,
      ].join(';');
    }
    case 'fit':
      return `${inside},pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`;
  }
}

/**
 * A clip's sound, as loud as it is to be and exactly as long as `frames` pictures. `input` null: silence.
 *
 * `async=1` fills gaps in the time stamps and `first_pts=0` a late start, so that sound stays with the picture.
 */
export function soundChain(options: {
  input: string | null;
  output: string;
  frames: number;
  readSeconds: number;
  gainDb: number;
  format: ReelFormat;
}): string {
  const { input, output, frames, readSeconds, gainDb, format } = options;
  const samples = samplesOf(frames, format);
  const source =
    input === null
      ? `anullsrc=r=${REEL_SAMPLE_RATE_HZ}:cl=stereo`
      : `${input}${trimmed('atrim=start=0:', readSeconds)},aresample=${REEL_SAMPLE_RATE_HZ}:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo`;
  const louder =
    gainDb === 0
      ? []
      : [
          `volume=${gainDb.toFixed(2)}dB`,
          `alimiter=limit=${PEAK_CEILING}:level=disabled:attack=2:release=50`,
        ];
  return [source, ...louder, 'apad', `atrim=end_sample=${samples}`, `asetpts=N/SR/TB${output}`].join(',');
}

const trimmed = (filter: string, readSeconds: number): string => `${filter}end=${readSeconds.toFixed(6)}`;

/**
 * One picture fades into the other over all of their length; so does their sound, at equal power.
 *
 * @param draw a filter behind a comma, or nothing
 */
export function crossfadeChains(seconds: number, draw: string): string[] {
  const d = seconds.toFixed(6);
  return [
    `[v0][v1]xfade=transition=fade:duration=${d}:offset=0${draw}[v]`,
    `[a0]afade=t=out:d=${d}:curve=qsin[out]`,
    `[a1]afade=t=in:d=${d}:curve=qsin[in]`,
    `[out][in]amix=inputs=2:normalize=0:duration=first[a]`,
  ];
}

/** A plain ground for a title. */
export const cardChain = ({ width, height, frameRate }: ReelFormat, frames: number): string =>
  `color=c=0x102a43:s=${width}x${height}:r=${frameRate.numerator}/${frameRate.denominator},trim=end_frame=${frames},format=yuv420p`;

/** Draws subtitles or a title, from a file in the folder that ffmpeg runs in. */
export const overlayFilter = (fileName: string, fontFolder: string): string =>
  `ass=filename=${fileName}:fontsdir=${fontFolder}`;
