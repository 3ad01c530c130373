import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMedia } from '../../test/support/make-media.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { percentile, percentiles } from '../table.ts';
import { Dice } from './dice.ts';
import { LocalStack } from './local-stack.ts';
import { firstStartMs } from './read-history.ts';
import { scaled, type LoadOptions, type LoadRow } from './scenario.ts';
import { within } from './within.ts';

const JOBS = 60;
/** The next job comes so long after the end of the one before. */
const PAUSE_MS = [0, 1000] as const;
const START_P99_MS = 10_000;
const PATIENCE_SECONDS = 120;

/**
 * (e) One job after the other on an idle system: from the request to the moment in which a worker takes the first
 * step. Everything is real; the recordings are silent, so that a job is short.
 */
export async function idleStart(options: LoadOptions): Promise<LoadRow[]> {
  const stack = await LocalStack.start();
  try {
    const dice = new Dice(options.seed);
    const silence = await makeMedia(
      join(testFolder(), 'silence.mp3'),
      ...['-f', 'lavfi', '-i', 'anullsrc=r=16000:cl=mono', '-t', '2'],
    );
    const url = stack.serve('/silence.mp3', silence, 'audio/mpeg');
    const user = await stack.service.user('one', 'enterprise');
    const client = await stack.temporal.client();
    const start: number[] = [];
    const accept: number[] = [];
    const jobs = scaled(JOBS, options, 5);
    // The first one warms everything up.
    for (let count = 0; count <= jobs; count += 1) {
      await sleep(dice.between(...PAUSE_MS));
      const submittedAtMs = Date.now();
      const id = await user.submit({ url });
      const acceptedAtMs = Date.now();
      const done = await within(
        PATIENCE_SECONDS,
        async () => (await user.status(id)).status === 'completed',
        200,
      );
      const startedAtMs = firstStartMs(await client.workflow.getHandle(id).fetchHistory());
      if (count === 0) continue;
      accept.push(acceptedAtMs - submittedAtMs);
      start.push(done ? startedAtMs - submittedAtMs : Infinity);
    }
    return [
      {
        scenario: `e · queue to start at idle, ${jobs} jobs`,
        measured: percentiles(start),
        control: `the API's answer: ${percentiles(accept)}`,
        target: `p99 < ${START_P99_MS / 1000} s`,
        holds: percentile(start, 0.99) < START_P99_MS,
      },
    ];
  } finally {
    await stack.close();
  }
}
