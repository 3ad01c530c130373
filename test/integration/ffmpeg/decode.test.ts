import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { FfmpegMediaTool } from '../../../src/adapters/ffmpeg/ffmpeg-media-tool.ts';
import { BYTES_PER_SECOND } from '../../../src/domain/media.ts';
import { makeMedia } from '../../support/make-media.ts';
import { amplitudeAt, soundIntervals } from '../../support/sound.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

/** Three seconds: silence, then a tone from the first second on. */
const TONE_FROM_1_S = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2,adelay=1000'];
const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
const picture = (seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc=size=64x64:rate=25:duration=${seconds}`,
];

let folder: string;
let tool: FfmpegMediaTool;
const { signal } = new AbortController();
const at = (name: string): string => join(folder, name);
const decode = (input: string | Readable): Promise<Buffer> =>
  buffer(
    tool.decodeAudio(typeof input === 'string' ? { filePath: at(input) } : { stream: input }, { signal }),
  );
const secondsOf = (pcm: Buffer): number => pcm.byteLength / BYTES_PER_SECOND;

/** Codecs that shift or pad what they code do so by less than this. */
const TOLERANCE_SECONDS = 0.1;
const expectTone = (pcm: Buffer, ...expected: [start: number, end: number][]): void => {
  const found = soundIntervals(pcm);
  expect(found, JSON.stringify(found)).toHaveLength(expected.length);
  for (const [index, [start, end]] of expected.entries()) {
    expect(Math.abs((found[index]?.[0] ?? 0) - start), JSON.stringify(found)).toBeLessThan(TOLERANCE_SECONDS);
    expect(Math.abs((found[index]?.[1] ?? 0) - end), JSON.stringify(found)).toBeLessThan(TOLERANCE_SECONDS);
  }
};

const ffmpegChildren = async (): Promise<string[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'ppid=,comm=', '-A']);
  const mine = stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return mine
    .filter(([parent, name]) => Number(parent) === process.pid && name === 'ffmpeg')
    .map(([, name = '']) => name);
};
const expectNoFfmpegLeft = (): Promise<void> =>
  vi.waitFor(async () => expect(await ffmpegChildren()).toEqual([]), { timeout: 60_000 });

beforeAll(async () => {
  folder = testFolder();
  tool = new FfmpegMediaTool({ ...tools, workDirectory: at('work') });
});

describe('FfmpegMediaTool.decodeAudio', () => {
  test.each<[file: string, ...options: string[]]>([
    ['faststart.mp4', '-c:a', 'aac', '-movflags', '+faststart'],
    ['fragmented.mp4', '-c:a', 'aac', '-movflags', '+frag_keyframe+empty_moov'],
    ['video.mkv', '-c:a', 'libvorbis'],
    ['video.webm', '-c:a', 'libopus', '-c:v', 'libvpx'],
    ['video.ts', '-c:a', 'aac'],
    ['video.m2ts', '-c:a', 'ac3', '-mpegts_m2ts_mode', '1'],
    ['video.mpg', '-c:a', 'mp2'],
    ['video.avi', '-c:a', 'libmp3lame'],
    ['video.flv', '-c:a', 'libmp3lame', '-c:v', 'flv'],
    ['video.wmv', '-c:a', 'wmav2', '-c:v', 'wmv2'],
    ['video.mxf', '-c:a', 'pcm_s16le', '-c:v', 'mpeg2video', '-ar', '48000'],
    ['sound.mp3', '-vn', '-c:a', 'libmp3lame'],
    ['sound.aac', '-vn', '-c:a', 'aac'],
    ['sound.opus', '-vn', '-c:a', 'libopus'],
    ['sound.ogg', '-vn', '-c:a', 'libvorbis'],
    ['sound.flac', '-vn', '-c:a', 'flac'],
    ['sound.wav', '-vn', '-c:a', 'pcm_s24le'],
    ['sound.w64', '-vn', '-c:a', 'pcm_s16le'],
    ['sound.aiff', '-vn', '-c:a', 'pcm_s16be'],
    ['sound.caf', '-vn', '-c:a', 'pcm_s16be'],
    ['sound.ac3', '-vn', '-c:a', 'ac3'],
    ['sound.eac3', '-vn', '-c:a', 'eac3'],
  ])('decodes %s on the clock, whole or while it arrives', async (file, ...options) => {
    await makeMedia(at(file), ...picture(3), ...TONE_FROM_1_S, ...options);
    const whole = await decode(file);
    expectTone(whole, [1, 3]);
    expect(secondsOf(whole)).toBeCloseTo(3, 0);
    expectTone(await decode(createReadStream(at(file), { highWaterMark: 1_000 })), [1, 3]);
  });

  test.each(['late.mp4', 'late.mkv', 'late.ts', 'late.mpg'])(
    'fills the time before a sound track that starts late: %s',
    async (file) => {
      await makeMedia(
        at(file),
        '-itsoffset',
        '2',
        ...tone(3),
        ...picture(5),
        '-map',
        '1',
        '-map',
        '0',
        '-c:a',
        'mp2',
      );
      expectTone(await decode(file), [2, 5]);
    },
  );

  test.each(['gap.mp4', 'gap.mkv', 'gap.ts'])(
    'fills a gap in the middle of a sound track: %s',
    async (file) => {
      const gap = ['-af', "aselect='not(between(t,3,5))'"];
      await makeMedia(at(file), ...tone(8), ...picture(8), ...gap, '-c:a', 'mp2');
      expectTone(await decode(file), [0, 3], [5, 8]);
    },
  );

  test('keeps the clock over damage in the middle', async () => {
    const beeps = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=20,volume=0:enable=between(t\\,1\\,19)'];
    await makeMedia(at('whole.mkv'), ...beeps, '-c:a', 'mp2');
    const bytes = await readFile(at('whole.mkv'));
    bytes.fill(0xff, Math.round(bytes.byteLength * 0.4), Math.round(bytes.byteLength * 0.6));
    await writeFile(at('damaged.mkv'), bytes);
    const found = soundIntervals(await decode('damaged.mkv'));
    expect(found[0]?.[0]).toBeCloseTo(0, 0);
    expect(found.at(-1)?.[0]).toBeCloseTo(19, 0);
    expect(found.at(-1)?.[1]).toBeCloseTo(20, 0);
  });

  test('ends without an error where a file was cut off', async () => {
    await makeMedia(at('long.mp3'), ...tone(10), '-c:a', 'libmp3lame');
    const bytes = await readFile(at('long.mp3'));
    await writeFile(at('cut.mp3'), bytes.subarray(0, bytes.byteLength / 2));
    expect(secondsOf(await decode('cut.mp3'))).toBeCloseTo(5, 0);
  });

  test('keeps what is said in each of eight channels', async () => {
    const frequencies = [300, 500, 700, 900, 1_100, 1_300, 1_500, 1_700];
    const sources = frequencies.map((hz, index) => `sine=frequency=${hz}:duration=1[s${index}];`).join('');
    const inputs = frequencies.map((_hz, index) => `[s${index}]`).join('');
    const graph = `${sources}${inputs}join=inputs=8:channel_layout=7.1`;
    await makeMedia(at('eight.wav'), '-filter_complex', graph);
    const pcm = await decode('eight.wav');
    for (const hz of frequencies) expect(amplitudeAt(pcm, hz), `${hz} Hz`).toBeGreaterThan(200);
    expect(amplitudeAt(pcm, 600)).toBeLessThan(20);
  });

  test('says of an MP4 whose index comes last that it needs the whole file, before the rest arrives', async () => {
    await makeMedia(at('index-last.mp4'), ...picture(3), ...TONE_FROM_1_S, '-c:a', 'aac');
    const arriving = new PassThrough();
    arriving.write((await readFile(at('index-last.mp4'))).subarray(0, 5_000));
    await expect(decode(arriving)).rejects.toMatchObject({ name: 'NotStreamableError' });
    expect(arriving.destroyed).toBe(true);
    expectTone(await decode('index-last.mp4'), [1, 3]);
  });

  test('finds nothing to decode in a picture without sound and in a header without samples', async () => {
    await makeMedia(at('mute.mp4'), ...picture(1), '-movflags', '+faststart');
    await expect(decode('mute.mp4')).rejects.toMatchObject({ code: 'CorruptMedia' });
    await makeMedia(at('sound.wav'), ...tone(1));
    await writeFile(at('header.wav'), (await readFile(at('sound.wav'))).subarray(0, 44));
    await expect(decode('header.wav')).rejects.toMatchObject({ code: 'CorruptMedia' });
    await expect(decode(createReadStream(at('mute.mp4')))).rejects.toMatchObject({
      name: 'NotStreamableError',
    });
  });

  test('reads no other file for a playlist that is named like a video', async () => {
    await makeMedia(at('secret.ts'), ...tone(1), '-c:a', 'mp2');
    await writeFile(at('list.mp4'), `#EXTM3U\n#EXTINF:1,\nfile://${at('secret.ts')}\n#EXT-X-ENDLIST\n`);
    await expect(decode('list.mp4')).rejects.toMatchObject({ code: 'UnsupportedMedia' });
    await expect(decode(createReadStream(at('list.mp4')))).rejects.toMatchObject({
      code: 'UnsupportedMedia',
    });
  });

  test('fails with the error of a stream that breaks off', async () => {
    const arriving = new PassThrough();
    const lost = new Error('connection lost');
    await makeMedia(at('stream.mp3'), ...tone(3), '-c:a', 'libmp3lame');
    arriving.write((await readFile(at('stream.mp3'))).subarray(0, 20_000));
    const decoded = decode(arriving);
    setImmediate(() => arriving.destroy(lost));
    await expect(decoded).rejects.toBe(lost);
    await expectNoFfmpegLeft();
  });

  test('ends an empty stream as an empty file', async () => {
    await expect(decode(new PassThrough().end())).rejects.toMatchObject({ code: 'EmptyFile' });
  });

  test('refuses to go on beyond the longest duration', async () => {
    await makeMedia(at('three.mp3'), ...tone(3), '-c:a', 'libmp3lame');
    const strict = new FfmpegMediaTool({ ...tools, workDirectory: at('work'), maxDurationSeconds: 2 });
    const pcm = strict.decodeAudio({ filePath: at('three.mp3') }, { signal });
    await expect(buffer(pcm)).rejects.toMatchObject({ code: 'MediaTooLarge' });
    await expectNoFfmpegLeft();
  });

  describe('while a stream stalls', () => {
    const decodeStalled = async (
      abortSignal: AbortSignal,
    ): Promise<{ pcm: Readable; arriving: PassThrough }> => {
      await makeMedia(at('minute.mp3'), ...tone(60), '-c:a', 'libmp3lame');
      const arriving = new PassThrough();
      arriving.write((await readFile(at('minute.mp3'))).subarray(0, 400_000));
      const pcm = tool.decodeAudio({ stream: arriving }, { signal: abortSignal });
      await once(pcm, 'readable');
      expect(await ffmpegChildren()).toEqual(['ffmpeg']);
      return { pcm, arriving };
    };

    test('an abort ends ffmpeg and both streams before it is told of', async () => {
      const abort = new AbortController();
      const { pcm, arriving } = await decodeStalled(abort.signal);
      const reason = new Error('cancelled');
      const failed = once(pcm, 'error');
      abort.abort(reason);
      expect(await failed).toEqual([reason]);
      expect(arriving.destroyed).toBe(true);
      expect(await ffmpegChildren()).toEqual([]);
    });

    test('a reader that goes away ends ffmpeg and the input before the stream closes', async () => {
      const { pcm, arriving } = await decodeStalled(signal);
      pcm.destroy();
      await once(pcm, 'close');
      expect(arriving.destroyed).toBe(true);
      expect(await ffmpegChildren()).toEqual([]);
    });

    test('an abort before anything has arrived ends the wait', async () => {
      const abort = new AbortController();
      const pcm = tool.decodeAudio({ stream: new PassThrough() }, { signal: abort.signal });
      const reason = new Error('cancelled');
      setImmediate(() => abort.abort(reason));
      await expect(buffer(pcm)).rejects.toBe(reason);
    });
  });
});
