import { z } from 'zod';
import type { DownloadActivities } from '../../contracts/download-activities.ts';
import { stepFailure } from '../../contracts/step-failure.ts';
import type { DownloadTask } from '../../domain/download-task.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { sourceLocatorSchema } from '../../domain/media.ts';
import { longestVideoSchema, type LongestVideo } from '../../domain/tiers.ts';
import { wholeAddress } from '../../ports/kept-addresses.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { signTask } from './task-token.ts';

/** What a worker gets to do, and the bounds that its answer is held against. */
interface Wanted {
  id: string;
  address: Parameters<typeof wholeAddress>[1];
  longestVideo?: LongestVideo | undefined;
}

const ofJob = z
  .object({
    jobId: z.string(),
    source: sourceLocatorSchema,
    longestVideo: longestVideoSchema.optional(),
  })
  .transform(({ jobId, source, longestVideo }): Wanted => {
    if (source.kind !== 'url') throw new Error('A download step without an address was scheduled.');
    return { id: jobId, address: source, longestVideo };
  });
const ofBatch = z
  .object({ batchId: z.string(), url: z.string(), keptAt: z.string().optional() })
  .transform(({ batchId, ...address }): Wanted => ({ id: batchId, address }));

/** What each step asks of a worker, and of what. */
const STEPS = {
  downloadMetadata: { kind: 'metadata', input: ofJob },
  downloadAudio: { kind: 'audio', input: ofJob },
  downloadPlaylist: { kind: 'playlist', input: ofBatch },
} as const satisfies Record<keyof DownloadActivities, object>;

const isStep = (name: string): name is keyof typeof STEPS => Object.hasOwn(STEPS, name);

/**
 * The next piece of work of a user's download queue; undefined where none came in half a minute, or only one whose
 * address is no longer kept, which fails here.
 *
 * @throws ClipScribeError ServiceUnavailable
 */
export async function nextTask(
  { downloads, store }: Pick<ApiDependencies, 'downloads' | 'store'>,
  {
    userId,
    worker,
    signal,
    signingKey,
  }: { userId: string; worker: string; signal: AbortSignal; signingKey: string },
): Promise<DownloadTask | undefined> {
  const step = await downloads.next(userId, { worker, signal });
  if (step === undefined) return undefined;
  if (!isStep(step.activity)) throw new Error(`A download queue holds a step ${step.activity}.`);
  const { kind, input } = STEPS[step.activity];
  const { id, address, longestVideo } = input.parse(step.input);
  const { attempt } = step;
  let url: string;
  try {
    url = await wholeAddress(store, address);
  } catch (error) {
    if (!ClipScribeError.is(error) || error.code !== 'AddressExpired') throw error;
    await downloads.fail(step.token, stepFailure(error, { attempt }));
    return undefined;
  }
  const temporal = Buffer.from(step.token).toString('base64');
  const taskToken = await signTask(
    { userId, kind, id, attempt, startedAtMs: Date.now(), temporal, longestVideo },
    signingKey,
  );
  return { taskToken, kind, id, url, attempt };
}
