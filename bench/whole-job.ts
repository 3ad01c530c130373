import { readFileSync } from 'node:fs';
import { BareWhisper } from './bare-whisper.ts';
import { BenchStack } from './bench-stack.ts';
import { percent } from './evaluation/rates.ts';
import { Scorer } from './evaluation/scorer.ts';
import { median, type Row } from './table.ts';
import { repeatedTalk } from './talks.ts';

const ROUNDS = 3;

/**
 * (a) The whole job's wall time over one bare call, sequential and batched, and (b) the word errors of all three:
 * same model, same audio, taking turns in the same minutes. Models are loaded before the clocks start.
 *
 * @param minutes of audio
 */
export async function benchWholeJob(mediaFolder: string, minutes: number): Promise<Row[]> {
  const stack = await BenchStack.start();
  const bare = await BareWhisper.start();
  const scorer = await Scorer.start();
  try {
    const talk = repeatedTalk(mediaFolder, minutes * 60, stack.folder);
    const seconds = { job: [] as number[], sequential: [] as number[], batched: [] as number[] };
    const texts = { job: '', sequential: '', batched: '' };
    for (let round = 0; round < ROUNDS; round += 1) {
      const job = await stack.run({ kind: 'file', path: talk.path }, { fresh: true });
      seconds.job.push(job.wallSeconds);
      texts.job = readFileSync(job.file('transcript.txt'), 'utf8').replace(/^\[[\d:]+\].*$/gm, '');
      for (const mode of ['batched', 'sequential'] as const) {
        const answer = await bare.transcribe(mode, talk.path);
        seconds[mode].push(answer.seconds);
        texts[mode] = answer.text;
      }
    }
    const factor = (values: number[]): number => median(values) / talk.durationSeconds;
    const errors = async (text: string): Promise<string> =>
      percent(await scorer.words(talk.text, text, 'en'));
    const spread = (values: number[]): string =>
      `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)} s`;
    return [
      {
        benchmark: `a · whole job, ${(talk.durationSeconds / 60).toFixed(1)} min of audio, ${ROUNDS} rounds`,
        measured: `${factor(seconds.job).toFixed(3)} of real time (${spread(seconds.job)}); ${(median(seconds.job) / median(seconds.batched)).toFixed(2)} × batched, ${(median(seconds.job) / median(seconds.sequential)).toFixed(2)} × sequential`,
        beside: `batched ${factor(seconds.batched).toFixed(3)} (${spread(seconds.batched)}), sequential ${factor(seconds.sequential).toFixed(3)} (${spread(seconds.sequential)})`,
        target: '≤ 1.10 × batched',
      },
      {
        benchmark: 'b · word error rate, same runs',
        measured: await errors(texts.job),
        beside: `batched ${await errors(texts.batched)}, sequential ${await errors(texts.sequential)}`,
        target: '≤ sequential + 0.3 points',
      },
    ];
  } finally {
    bare.close();
    scorer.close();
    await stack.close();
  }
}
