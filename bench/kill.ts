import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelCall } from '../test/support/model-ledger.ts';
import { Stack } from '../test/support/stack.ts';
import { until } from '../test/support/until.ts';
import type { Row } from './table.ts';
import { repeatedTalk } from './talks.ts';

const MINUTES = 15;
const KILL_AT_SHARES = [0.25, 0.5, 0.75];

/** (f) Seconds of speech that are transcribed twice after SIGKILL of the worker, and whether the text is the same. */
export async function benchKill(mediaFolder: string): Promise<Row[]> {
  const stack = await Stack.start();
  const folder = mkdtempSync(join(tmpdir(), 'clipscribe-bench-'));
  try {
    const talk = repeatedTalk(mediaFolder, MINUTES * 60, folder);
    const undisturbed = await transcribe(stack, talk.path, null);
    const rows: Row[] = [];
    for (const share of KILL_AT_SHARES) {
      const killed = await transcribe(stack, talk.path, share);
      rows.push({
        benchmark: `f · SIGKILL at ${share * 100} % of ${(talk.durationSeconds / 60).toFixed(0)} min`,
        measured: `at most ${killed.speechSecondsTwice.toFixed(0)} s of speech twice · text ${killed.text === undisturbed.text ? 'the same' : 'DIFFERENT'}`,
        beside: `all of it, where a job starts over: ${undisturbed.speechSeconds.toFixed(0)} s`,
        target: 'at most the chunk in hand; the same text',
      });
    }
    return rows;
  } finally {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function transcribe(
  stack: Stack,
  path: string,
  killAtShare: number | null,
): Promise<{ text: string; speechSeconds: number; speechSecondsTwice: number }> {
  const home = stack.home();
  const worker = await stack.worker(home);
  const job = await stack.submit({ kind: 'file', path });
  if (killAtShare !== null) {
    await until(async () => (await job.progress()).progress >= killAtShare * 100);
    await worker.end('SIGKILL');
    await stack.worker(home);
  }
  await job.result();
  const { segments } = await job.transcript(home);
  const calls = [...stack.ledger.calls];
  await stack.reset();
  home.remove();
  return {
    text: segments.map((segment) => segment.text).join(' '),
    speechSeconds: sum(calls.map((call) => call.speechSeconds)),
    speechSecondsTwice: sum(unfinished(calls).map((call) => call.speechSeconds)),
  };
}

/**
 * What was asked for and asked for again: an upper bound. Most of these calls waited for their turn when the worker
 * was killed, and the one in hand went on from its checkpoint; what the model had done of it, only the model knows.
 */
const unfinished = (calls: readonly ModelCall[]): ModelCall[] =>
  calls.filter((call) => call.state !== 'finished');

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
