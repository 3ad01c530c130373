import { createHash } from 'node:crypto';
import { TypeID } from 'typeid-js';
import { ClipScribeError } from '../../domain/errors.ts';
import { MINIMUM_CLIPS, reelSettingsSchema } from '../../domain/reel.ts';
import type { Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { acceptJob } from '../jobs/accept-job.ts';
import { idOfKey } from '../jobs/id-of-key.ts';
import type { JobRecord } from '../jobs/jobs-client.ts';
import { requestedReceivers } from '../notifications/notify-requests.ts';
import { clipsWithKeptAddresses, locateClip, locateOutput } from './locate-clip.ts';
import { clipsOf, type ReelRequest } from './reel-schemas.ts';

/** Somebody else may ask for the same project in between. */
const ATTEMPTS = 3;

/**
 * Accepts a reel (R1). One reel of a project is made at a time: a second one is refused, or takes its place with
 * `force_restart`. Idempotent by operation, and by the caller's own `jobId`.
 *
 * @throws ClipScribeError InsufficientClips, JobAlreadyRunning, QuotaExceeded, EmergencyStop, and those of
 *   {@link locateClip} and {@link requestedReceivers}
 */
export async function stitchReel(
  dependencies: ApiDependencies,
  { request, caller, operationId }: { request: ReelRequest; caller: Caller; operationId: string },
): Promise<JobRecord> {
  if (request.userId !== undefined && request.userId !== caller.userId)
    throw new ClipScribeError('Forbidden', 'A reel is made for whoever asks for it, not for another user.');
  const requests = clipsOf(request);
  if (requests.length < MINIMUM_CLIPS) {
    const named = requests.length === 1 ? 'one clip' : 'no clip';
    throw new ClipScribeError(
      'InsufficientClips',
      `The request names ${named}; a reel needs ${MINIMUM_CLIPS}.`,
    );
  }
  const clips = await Promise.all(requests.map((clip) => locateClip(dependencies, caller, clip)));
  const { outputPath, projectId, priority } = request;
  const output = outputPath === undefined ? null : locateOutput(dependencies, caller, outputPath);
  const receivers = await requestedReceivers(dependencies, request);
  const settings = reelSettingsSchema.parse(request);
  const place = { projectId: projectId ?? null, output };
  const policy = { concurrency: dependencies.policy.concurrency };
  const accept = (): Promise<JobRecord> =>
    acceptJob(dependencies, {
      ...{ kind: 'reelStitch', prefix: 'reel', caller, settings, priority, receivers },
      operationId: operationOf(request, caller, operationId),
      source: clips
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 1000),
      // What is asked for: a transcript may be corrected before the same is asked for again.
      input: { ...place, clips: clips.map(({ transcript: _, ...clip }) => clip) },
      uploads: clips.flatMap(({ locator }) => (locator.kind === 'upload' ? [locator.key] : [])),
      referring: (reelId) => {
        const { kept, ...referring } = clipsWithKeptAddresses(clips, caller.userId, reelId);
        return { input: { ...place, policy, ...referring }, kept };
      },
      ...(projectId === undefined ? {} : { projectId }),
    });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await accept();
    } catch (error) {
      const running =
        ClipScribeError.is(error) && error.code === 'JobAlreadyRunning' ? error.jobId : undefined;
      if (running === undefined || !request.force_restart || attempt === ATTEMPTS) throw error;
      await giveWay(dependencies, running);
    }
  }
}

/** Ends a reel so that another one may take its place; its workflow cleans up beside the new one. */
async function giveWay({ jobs, catalogue }: ApiDependencies, jobId: string): Promise<void> {
  const known = await catalogue.find(jobId);
  if (known === undefined) return;
  await jobs.cancel(jobId).catch((error: unknown) => {
    // Its workflow has just ended, and is not settled yet.
    if (!ClipScribeError.is(error) || error.code !== 'JobNotFound') throw error;
  });
  const { operationId } = known;
  const end = { state: 'cancelled', title: null, durationSeconds: null, error: null } as const;
  await catalogue.settle({ id: jobId, operationId, ...end });
}

/** The same for every try of a request that the caller has given a name to. */
function operationOf({ jobId, retryAttempt }: ReelRequest, { userId }: Caller, operationId: string): string {
  if (jobId === undefined) return operationId;
  const key = createHash('sha256')
    .update(JSON.stringify([userId, jobId, retryAttempt]))
    .digest('hex');
  return TypeID.fromString(idOfKey('reel', key)).toUUID();
}
