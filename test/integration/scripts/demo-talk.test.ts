import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHAPTERS, TALK_TITLE } from '../../../scripts/demo/conversation.ts';
import { speak } from '../../../scripts/demo/speech.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';

const run = promisify(execFile);
const makeTalk = (talk: string) =>
  run(process.execPath, [
    fileURLToPath(new URL('../../../scripts/demo/make-talk.ts', import.meta.url)),
    talk,
  ]);

interface Probe {
  format: { duration: string; tags: { title: string } };
  streams: { codec_type: string; codec_name: string; width?: number }[];
  chapters: { end_time: string; tags: { title: string } }[];
}

describe('the demo talk', () => {
  it('is a video of about a minute with a slide and a chapter for each part, made once', async () => {
    const folder = testFolder();
    const talk = join(folder, 'demo', 'talk.mp4');
    await makeTalk(talk);
    const { stdout } = await run(tools.ffprobe, [
      ...['-v', 'error', '-of', 'json', '-show_format', '-show_streams', '-show_chapters', talk],
    ]);
    const { format, streams, chapters } = JSON.parse(stdout) as Probe;
    expect(format.tags.title).toBe(TALK_TITLE);
    expect(Number(format.duration)).toBeGreaterThan(50);
    expect(Number(format.duration)).toBeLessThan(90);
    expect(streams).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ codec_type: 'video', width: 1280 }),
        expect.objectContaining({ codec_type: 'audio', codec_name: 'aac' }),
      ]),
    );
    expect(chapters.map(({ tags }) => tags.title)).toEqual(CHAPTERS.map(({ title }) => title));
    expect(Math.abs(Number(chapters.at(-1)?.end_time) - Number(format.duration))).toBeLessThan(0.2);
    expect(readdirSync(join(folder, 'demo'))).toEqual(['talk.mp4']);

    const { mtimeMs } = statSync(talk);
    await makeTalk(talk);
    expect(statSync(talk).mtimeMs).toBe(mtimeMs);
  });
});

describe('speak', () => {
  it('says the same in the same way every time, and another thing in another', async () => {
    const voice = { name: 'en-us', wordsPerMinute: 160, pitch: 50 };
    const first = await speak('Good evening.', voice);
    expect(first.equals(await speak('Good evening.', voice))).toBe(true);
    expect(first.equals(await speak('Good morning.', voice))).toBe(false);
  });
});
