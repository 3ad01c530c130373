import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import { FfmpegMediaTool } from '../../../src/adapters/ffmpeg/ffmpeg-media-tool.ts';
import { SAMPLE_RATE_HZ } from '../../../src/domain/media.ts';
import { makeMedia } from '../../support/make-media.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

let folder: string;
let tool: FfmpegMediaTool;
const { signal } = new AbortController();

beforeAll(async () => {
  folder = testFolder();
  tool = new FfmpegMediaTool({ ...tools, workDirectory: folder });
});

/** Samples that no codec likes: noise at full scale, from a fixed recurrence. */
const noise = (samples: number): Buffer => {
  const pcm = Buffer.alloc(samples * 2);
  let state = 1;
  for (let index = 0; index < samples; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    pcm.writeInt16LE((state >>> 16) - 32_768, index * 2);
  }
  return pcm;
};

describe('FfmpegMediaTool.encodeFlac', () => {
  test.each([
    ['the shortest block of FLAC', 16],
    ['less than a block', 1_000],
    ['a second', SAMPLE_RATE_HZ],
    ['two minutes', 120 * SAMPLE_RATE_HZ],
  ])('loses nothing of %s', async (_length, samples) => {
    const pcm = noise(samples);
    const flac = await tool.encodeFlac(pcm, { signal });
    const filePath = join(folder, 'chunk.flac');
    await writeFile(filePath, flac);
    const facts = await tool.probe(filePath, { signal });
    expect(facts).toMatchObject({ format: 'flac', audioCodec: 'flac' });
    expect(facts.durationSeconds).toBeCloseTo(samples / SAMPLE_RATE_HZ, 5);
    const decoded = await buffer(tool.decodeAudio({ filePath }, { signal }));
    expect(decoded.equals(pcm)).toBe(true);
  });

  test('gives the same bytes for the same sound', async () => {
    const pcm = noise(3 * SAMPLE_RATE_HZ);
    const [first, second] = await Promise.all([
      tool.encodeFlac(pcm, { signal }),
      tool.encodeFlac(pcm, { signal }),
    ]);
    expect(Buffer.from(first).equals(second)).toBe(true);
  });

  test('rejects with the reason of an abort', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const encoded = tool.encodeFlac(noise(300 * SAMPLE_RATE_HZ), { signal: abort.signal });
    abort.abort(reason);
    await expect(encoded).rejects.toBe(reason);
  });
});

describe('FfmpegMediaTool.saveSound', () => {
  test('writes the very samples that decoding gives, without the picture', async () => {
    const video = await makeMedia(
      join(folder, 'video.mp4'),
      ...['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=5:d=7'],
      ...['-f', 'lavfi', '-i', 'sine=frequency=300:duration=7'],
      ...['-c:v', 'mpeg4', '-c:a', 'aac'],
    );
    const sound = join(folder, 'sound.flac');
    await tool.saveSound(video, sound, { signal });
    const decoded = (filePath: string): Promise<Buffer> => buffer(tool.decodeAudio({ filePath }, { signal }));
    expect((await decoded(sound)).equals(await decoded(video))).toBe(true);
    expect(await tool.probe(sound, { signal })).toMatchObject({ hasAudio: true, hasVideo: false });
  });

  test('says what is wrong with a file that gives no sound', async () => {
    const silent = await makeMedia(
      join(folder, 'silent.mp4'),
      '-f',
      'lavfi',
      '-i',
      'testsrc2=d=1',
      '-c:v',
      'mpeg4',
    );
    await expect(tool.saveSound(silent, join(folder, 'none.flac'), { signal })).rejects.toMatchObject({
      code: 'CorruptMedia',
    });
  });
});
