import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FfmpegMediaTool } from '../../../src/adapters/ffmpeg/ffmpeg-media-tool.ts';
import { makeMedia } from '../../support/make-media.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const SINE = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=2'];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=10:duration=2'];

let folder: string;
let tool: FfmpegMediaTool;
const { signal } = new AbortController();
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = testFolder();
  tool = new FfmpegMediaTool({ ...tools, workDirectory: at('work') });
  await makeMedia(at('talk.mp4'), ...PICTURE, ...SINE, '-c:a', 'aac', '-metadata', 'title=A hearing');
  await makeMedia(at('silent-film.mp4'), ...PICTURE);
  await makeMedia(at('picture.png'), ...PICTURE, '-frames:v', '1');
  await makeMedia(at('moving.gif'), ...PICTURE);
  const cover = ['-i', at('picture.png'), '-map', '0', '-map', '1', '-disposition:v', 'attached_pic'];
  await makeMedia(at('song.mp3'), ...SINE, ...cover, '-c:a', 'libmp3lame');
});

describe('FfmpegMediaTool.probe', () => {
  test('tells what a video is', async () => {
    expect(await tool.probe(at('talk.mp4'), { signal })).toEqual({
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
      durationSeconds: expect.closeTo(2, 1) as number,
      hasAudio: true,
      hasVideo: true,
      audioCodec: 'aac',
      frameRate: 10,
      title: 'A hearing',
    });
  });

  test('tells that a video has no sound', async () => {
    const facts = await tool.probe(at('silent-film.mp4'), { signal });
    expect(facts).toMatchObject({ hasAudio: false, hasVideo: true, audioCodec: null });
  });

  test('does not take the cover of a song for a video', async () => {
    const facts = await tool.probe(at('song.mp3'), { signal });
    expect(facts).toMatchObject({ format: 'mp3', hasAudio: true, hasVideo: false });
  });

  test.each([
    '-y.mp4',
    'http:x.mp4',
    'pipe:0',
    'a b "c" $(d).mp4',
    '100%d.mp4',
    'Grüße 😀.mp4',
    'line\nbreak.mp4',
  ])('reads a file named %j', async (name) => {
    await writeFile(at(name), await readFile(at('talk.mp4')));
    expect(await tool.probe(at(name), { signal })).toMatchObject({ audioCodec: 'aac' });
  });

  test.each<[string, string | Buffer, string, RegExp]>([
    ['an empty file', '', 'EmptyFile', /empty/],
    ['a web page', '<!doctype html><html><body>Forbidden</body></html>', 'CorruptMedia', /HTML page/],
    ['a note', 'You may not see this video.', 'CorruptMedia', /text file/],
    ['rubbish', Buffer.alloc(100_000, Buffer.of(0x11, 0x80, 0x07, 0xc3)), 'CorruptMedia', /not a video/],
    ['one byte', Buffer.of(0), 'CorruptMedia', /not a video/],
    ['a list of files', "ffconcat version 1.0\nfile 'talk.mp4'\n", 'UnsupportedMedia', /playlist/],
  ])('refuses %s named .mp4', async (_what, content, code, message) => {
    await writeFile(at('refused.mp4'), content);
    await expect(tool.probe(at('refused.mp4'), { signal })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('refuses a playlist that would read another file, whatever it is named', async () => {
    const playlist = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://${at('talk.mp4')}\n#EXT-X-ENDLIST\n`;
    await writeFile(at('playlist.mp4'), playlist);
    await expect(tool.probe(at('playlist.mp4'), { signal })).rejects.toMatchObject({
      code: 'UnsupportedMedia',
    });
  });

  test('refuses a format that is not on the list though ffmpeg reads it', async () => {
    await expect(tool.probe(at('moving.gif'), { signal })).rejects.toMatchObject({
      code: 'UnsupportedMedia',
    });
  });

  test('refuses an MP4 that was cut off before its index', async () => {
    const whole = await readFile(at('talk.mp4'));
    await writeFile(at('cut.mp4'), whole.subarray(0, whole.byteLength / 2));
    await expect(tool.probe(at('cut.mp4'), { signal })).rejects.toMatchObject({
      code: 'CorruptMedia',
      message: expect.stringContaining('cut off') as string,
    });
  });

  test('finds no file where there is none, or a folder, or a device that never ends', async () => {
    await mkdir(at('folder.mp4'));
    for (const path of [at('absent.mp4'), at('folder.mp4'), '/dev/zero']) {
      await expect(tool.probe(path, { signal })).rejects.toMatchObject({ code: 'FileNotFound' });
    }
  });

  test('refuses media that is longer than the limit', async () => {
    const strict = new FfmpegMediaTool({ ...tools, workDirectory: at('work'), maxDurationSeconds: 1 });
    await expect(strict.probe(at('talk.mp4'), { signal })).rejects.toMatchObject({ code: 'MediaTooLarge' });
  });

  test('says that ffprobe is missing when it is', async () => {
    const without = new FfmpegMediaTool({ ...tools, ffprobe: at('no-ffprobe'), workDirectory: at('work') });
    await expect(without.probe(at('talk.mp4'), { signal })).rejects.toMatchObject({ code: 'ToolMissing' });
  });

  test('rejects with the reason of an abort', async () => {
    const reason = new Error('cancelled');
    const aborted = AbortSignal.abort(reason);
    await expect(tool.probe(at('talk.mp4'), { signal: aborted })).rejects.toBe(reason);
  });
});
