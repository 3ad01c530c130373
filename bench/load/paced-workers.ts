import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { MEDIA_SLOTS } from '../../src/contracts/task-queues.ts';
import type { VideoActivities } from '../../src/contracts/video-activities.ts';
import type { AudioChunk } from '../../src/domain/audio-chunk.ts';
import { chunkOf, scriptedActivities, type Script } from '../../test/support/scripted-activities.ts';
import { withShortWorkers } from '../../test/support/with-short-workers.ts';
import type { PlannedJob } from './fair-plan.ts';

/** Seconds of speech that the scripted model hears in one. */
const MODEL_SPEED = 100;

/**
 * Workers that run the real workflow, with steps that take the time of the plan and do no work: what is measured is
 * whose step comes next, not the model.
 */
export async function withPacedWorkers<T>(
  temporalAddress: string,
  plan: readonly PlannedJob[],
  body: () => Promise<T>,
): Promise<T> {
  const workMs = new Map(plan.map((job) => [job.name, job.workMs]));
  const script: Script = {
    statedDurationSeconds: null,
    chunks: [],
    overrides: {
      acquireAudio: (input) => {
        const name = input.source?.kind === 'url' ? input.source.url.split('/').at(-1) : undefined;
        const speechSeconds = ((workMs.get(name ?? '') ?? 0) / 1000) * MODEL_SPEED;
        return scripted([chunkOf(0, speechSeconds)]).acquireAudio(input);
      },
      transcribeChunk: async (input) => {
        await sleep((input.chunk.speechSeconds / MODEL_SPEED) * 1000);
        return scripted([]).transcribeChunk(input);
      },
    },
  };
  const nativeConnection = await NativeConnection.connect({ address: temporalAddress });
  try {
    return await withShortWorkers({ nativeConnection }, script, body, { mediaSlots: MEDIA_SLOTS });
  } finally {
    await nativeConnection.close();
  }
}

const scripted = (chunks: AudioChunk[]): VideoActivities =>
  scriptedActivities({ statedDurationSeconds: null, chunks }).activities;
