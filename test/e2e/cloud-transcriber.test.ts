import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAPTERS, VOICES } from '../../scripts/demo/conversation.ts';
import { durationSeconds, silence, speak } from '../../scripts/demo/speech.ts';
import { coreDocumentSchema, type CoreDocument } from '../../src/domain/core-document.ts';
import { DiarizingServer } from '../support/diarizing-server.ts';
import { makeMedia } from '../support/make-media.ts';
import { Stack, type StackJob, type TestHome } from '../support/stack.ts';
import { talkInput } from '../support/talk.ts';
import { testFolder } from '../support/test-folder.ts';

const PAUSE_SECONDS = 1.6;

interface SpokenTurn {
  speaker: string;
  start: number;
  end: number;
}

/** An interview of two who speak in turn, with long pauses. */
async function makeInterview(folder: string): Promise<{ path: string; turns: SpokenTurn[] }> {
  const parts: Buffer[] = [silence(PAUSE_SECONDS)];
  const turns: SpokenTurn[] = [];
  let clock = PAUSE_SECONDS;
  for (const { speaker, text } of CHAPTERS.flatMap((chapter) => chapter.turns)) {
    const samples = await speak(text, VOICES[speaker]);
    turns.push({ speaker, start: clock, end: clock + durationSeconds(samples) });
    parts.push(samples, silence(PAUSE_SECONDS));
    clock += durationSeconds(samples) + PAUSE_SECONDS;
  }
  const pcmPath = join(folder, 'cloud.pcm');
  await writeFile(pcmPath, Buffer.concat(parts));
  const talk = talkInput({ pcmPath, durationSeconds: clock, text: '' });
  return { path: await makeMedia(join(folder, 'two-voices.flac'), ...talk), turns };
}

describe('a cloud transcriber that tells speakers apart', () => {
  const cloud = new DiarizingServer();
  let stack: Stack;
  let home: TestHome;
  let job: StackJob;
  let core: CoreDocument;
  let interview: Awaited<ReturnType<typeof makeInterview>>;

  beforeAll(async () => {
    interview = await makeInterview(testFolder());
    await cloud.start();
    stack = await Stack.start();
    home = stack.home();
    await stack.worker(home, { settings: cloud.settings });
    const source = { kind: 'file', path: interview.path } as const;
    job = await stack.submit(source, { settings: { model: 'gpt-4o-transcribe-diarize', language: 'en' } });
    await job.result();
    core = coreDocumentSchema.parse(JSON.parse(await job.file(home, 'core.json')));
  });

  afterAll(async () => {
    await stack?.close();
    await cloud.close();
  });

  it('has its speakers joined over all chunks, whatever it called them in each', () => {
    expect(cloud.turnCounts.length).toBeGreaterThan(1);
    expect(core.speakers).toHaveLength(2);
    const [first] = interview.turns;
    const idOf = (speaker: string): string => (speaker === first?.speaker ? 'S1' : 'S2');
    const said = core.segments.map(({ start, end, speaker }) => ({
      speaker,
      truth: interview.turns.find((turn) => turn.start < end && turn.end > start)?.speaker ?? '',
    }));
    expect(said).toHaveLength(interview.turns.length);
    expect(said.map(({ speaker }) => speaker)).toEqual(said.map(({ truth }) => idOf(truth)));
  });

  it('is paid by the minute, and what it cost is written down', () => {
    const stage = core.stages.find(({ name }) => name === 'transcribe');
    expect(stage?.model).toBe('gpt-4o-transcribe-diarize');
    expect(stage?.costUsd).toBeCloseTo((core.video.durationSeconds / 60) * 0.6, 1);
  });

  it('is not known to the history by its key', async () => {
    expect(JSON.stringify(await job.handle.fetchHistory())).not.toContain(cloud.key);
  });
});
