import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAPTERS, VOICES } from '../../scripts/demo/conversation.ts';
import { durationSeconds, silence, speak } from '../../scripts/demo/speech.ts';
import { coreDocumentSchema, type CoreDocument } from '../../src/domain/core-document.ts';
import { makeMedia } from '../support/make-media.ts';
import { Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';

const PAUSE_SECONDS = 0.6;

/** An interview of two, and who speaks when in it. Its name must not ask for the better model. */
async function makeInterview(folder: string) {
  const parts: Buffer[] = [];
  const turns: { speaker: string; start: number; end: number }[] = [];
  let clock = 0;
  for (const { speaker, text } of CHAPTERS.flatMap((chapter) => chapter.turns)) {
    const samples = await speak(text, VOICES[speaker]);
    turns.push({ speaker, start: clock, end: clock + durationSeconds(samples) });
    parts.push(samples, silence(PAUSE_SECONDS));
    clock += durationSeconds(samples) + PAUSE_SECONDS;
  }
  const pcmPath = join(folder, 'interview.pcm');
  await writeFile(pcmPath, Buffer.concat(parts));
  const talk = talkInput({ pcmPath, durationSeconds: clock, text: '' });
  return { path: await makeMedia(join(folder, 'two-voices.flac'), ...talk), turns };
}

describe('speakers of an interview', () => {
  let stack: Stack;
  let home: TestHome;
  let job: StackJob;
  let core: CoreDocument;
  let interview: Awaited<ReturnType<typeof makeInterview>>;

  beforeAll(async () => {
    interview = await makeInterview(testFolder());
    stack = await Stack.start();
    home = stack.home();
    await stack.worker(home);
    job = await stack.submit({ kind: 'file', path: interview.path });
    await job.result();
    core = coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));
  });

  afterAll(() => stack?.close());

  it('are found, and numbered in order of their first words', () => {
    expect(core.speakers.map(({ id, label }) => [id, label])).toEqual([
      ['S1', 'Speaker 1'],
      ['S2', 'Speaker 2'],
    ]);
  });

  it('have the words that they said', () => {
    const idOf: Record<string, string> = { host: 'S1', guest: 'S2' };
    const wrong = core.segments.filter(({ start, end, speaker }) => {
      const middle = (start + end) / 2;
      const turn = interview.turns.find((each) => each.start <= middle && middle <= each.end + PAUSE_SECONDS);
      return turn !== undefined && idOf[turn.speaker] !== speaker;
    });
    expect(wrong).toEqual([]);
  });

  it('stand in the texts, in the subtitles and in the RTTM', async () => {
    expect(await job.file(home, 'transcript.txt')).toMatch(/^\[0:0\d\] Speaker 1\nWelcome/);
    expect(await job.file(home, 'transcript.vtt')).toContain('<v Speaker 2>');
    expect(await job.file(home, 'report.md')).toContain('| Speaker 2 |');
    const rttm = (await job.file(home, 'speakers.rttm')).trimEnd().split('\n');
    for (const line of rttm)
      expect(line).toMatch(/^SPEAKER video 1 [\d.]+ [\d.]+ <NA> <NA> S[12] <NA> <NA>$/);
  });

  it('are as many as asked for, without a word transcribed again', async () => {
    const calls = stack.ledger.calls.length;
    const again = await stack.submit(
      { kind: 'file', path: interview.path },
      { settings: { speakers: { exactly: 1 } } },
    );
    await again.result();
    const repeated = coreDocumentSchema.parse(JSON.parse(await again.file(home, 'core.json')));
    expect(repeated.speakers).toHaveLength(1);
    expect(stack.ledger.calls.length).toBe(calls);
  });
});
