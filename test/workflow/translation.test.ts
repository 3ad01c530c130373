import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { activityInfo } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  JoinTranslationInput,
  TranslateSegmentsInput,
} from '../../src/contracts/video-translation-steps.ts';
import type { PublishResultsInput } from '../../src/contracts/video-result-steps.ts';
import { SIGNALS } from '../../src/contracts/video-intelligence.ts';
import { chunkOf, failure, reference, type Script } from '../support/scripted-activities.ts';
import { startTemporal } from '../support/temporal-server.ts';
import { jobInput, untilProgress, withJob, type RunningJob } from '../support/workflow-harness.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await startTemporal();
});
afterAll(() => environment.teardown());

const talk = (overrides: NonNullable<Script['overrides']> = {}): Script => ({
  statedDurationSeconds: 800,
  // Nobody speaks in the second chunk.
  chunks: [0, 1, 2, 3].map((index) => chunkOf(index, 200, index === 1 ? 0 : 150)),
  overrides,
});

const into = (...translateTo: string[]) => jobInput({ settings: { translateTo } });

const inputsOf = <Input>({ calls }: RunningJob, activity: string): Input[] =>
  calls.filter((call) => call.activity === activity).map(({ input }) => input as Input);

const measure = () => ({
  seconds: 0.1,
  attempt: activityInfo().attempt,
  cached: false,
  model: 'scripted',
  costUsd: 0.25,
});

describe('translation', () => {
  it('says once in the results what its parts have to say', async () => {
    const notice = 'The translation is that of before.';
    const script = talk({
      translateSegments: ({ to }) =>
        Promise.resolve({ translated: reference(`${to}.json`), notice, measure: measure() }),
    });
    await withJob(
      environment,
      script,
      async (job) => expect((await job.handle.result()).notices).toEqual([notice]),
      into('en'),
    );
  });

  it('divides each language into the chunks with speech, which cover the whole video', async () => {
    await withJob(
      environment,
      talk(),
      async (job) => {
        await job.handle.result();
        const parts = inputsOf<TranslateSegmentsInput>(job, 'translateSegments');
        const windowsOf = (language: string) =>
          parts
            .filter(({ to }) => to === language)
            .map(({ window, chunk }) => ({ ...window, chunk: chunk.audioKey }))
            .sort((one, other) => one.start - other.start);
        const expected = [
          { start: 0, end: 400, chunk: 'audio/0.flac' },
          { start: 400, end: 600, chunk: 'audio/2.flac' },
          { start: 600, end: null, chunk: 'audio/3.flac' },
        ];
        expect(windowsOf('de')).toEqual(expected);
        expect(windowsOf('ja')).toEqual(expected);
        expect(parts.every(({ graph }) => graph !== null)).toBe(true);
        const joined = inputsOf<JoinTranslationInput>(job, 'joinTranslation');
        expect(joined.map(({ windows }) => windows.map(({ window }) => window.start))).toEqual([
          [0, 400, 600],
          [0, 400, 600],
        ]);
        const [published] = inputsOf<PublishResultsInput>(job, 'publishResults');
        expect(published?.translations).toEqual([reference('de.json'), reference('ja.json')]);
        expect(published?.files.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['transcript.srt', 'transcript.de.srt', 'transcript.ja.srt']),
        );
      },
      into('de', 'ja'),
    );
  });

  it('is made anew of a corrected transcript, chunk by chunk as before', async () => {
    await withJob(
      environment,
      talk(),
      async (job) => {
        await job.handle.result();
        expect(inputsOf(job, 'acquireAudio')).toEqual([]);
        const parts = inputsOf<TranslateSegmentsInput>(job, 'translateSegments');
        expect(parts.map(({ chunk }) => chunk.audioKey).sort()).toEqual([
          'audio/0.flac',
          'audio/2.flac',
          'audio/3.flac',
        ]);
      },
      jobInput({ settings: { translateTo: ['de'] }, amend: true }),
    );
  });

  it('costs the job nothing where no language was asked for', async () => {
    await withJob(environment, talk(), async (job) => {
      await job.handle.result();
      expect(inputsOf(job, 'translateSegments')).toEqual([]);
      const [published] = inputsOf<PublishResultsInput>(job, 'publishResults');
      expect(published?.stages.map(({ name }) => name)).not.toContain('translate');
    });
  });

  it('asks once where nothing translates into a language, and can be skipped without losing the other', async () => {
    const script = talk({
      translateSegments: ({ to, window }) =>
        to === 'eo'
          ? Promise.reject(failure('TranslationUnavailable'))
          : Promise.resolve({ translated: reference(`${to}/${window.start}`), measure: measure() }),
    });
    await withJob(
      environment,
      script,
      async (job) => {
        const waiting = await untilProgress(job, ({ state }) => state === 'needs_attention');
        expect(waiting.error).toMatchObject({ code: 'TranslationUnavailable', stage: 'translate' });
        await job.handle.signal(SIGNALS.skip);
        const { notices } = await job.handle.result();
        expect(notices).toEqual([expect.stringContaining('"translate" was skipped')]);
        const asked = inputsOf<TranslateSegmentsInput>(job, 'translateSegments');
        expect(asked.filter(({ to }) => to === 'eo')).toHaveLength(1);
        const [published] = inputsOf<PublishResultsInput>(job, 'publishResults');
        expect(published?.translations).toEqual([reference('de.json')]);
        expect(published?.stages.find(({ name }) => name === 'translate')?.costUsd).toBe(0.75);
      },
      into('eo', 'de'),
    );
  });

  it('says so where everything is said in the language already', async () => {
    const script = talk({
      joinTranslation: () =>
        Promise.resolve({ transcript: reference('en.json'), translatedCount: 0, measure: measure() }),
    });
    await withJob(
      environment,
      script,
      async (job) => {
        const { notices } = await job.handle.result();
        expect(notices).toEqual(['Nothing had to be translated into en: everything is said in it.']);
        const [published] = inputsOf<PublishResultsInput>(job, 'publishResults');
        expect(published?.translations).toEqual([]);
      },
      into('en'),
    );
  });

  it('keeps to the number of steps that a job may run at once', async () => {
    let running = 0;
    let most = 0;
    const script = talk({
      translateSegments: async ({ to, window }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        return { translated: reference(`${to}/${window.start}`), measure: measure() };
      },
    });
    await withJob(
      environment,
      script,
      async (job) => {
        await job.handle.result();
        expect(most).toBeLessThanOrEqual(2);
        expect(inputsOf(job, 'translateSegments')).toHaveLength(9);
      },
      jobInput({ settings: { translateTo: ['de', 'fr', 'ja'], concurrency: 2 } }),
    );
  });
});
