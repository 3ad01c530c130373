import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { DownloadAudioResult } from '../../contracts/download-activities.ts';
import { stepFailure } from '../../contracts/step-failure.ts';
import type { FetchMetadataResult } from '../../contracts/video-source-steps.ts';
import type { StepMeasure } from '../../contracts/measured.ts';
import type { ListPlaylistResult } from '../../contracts/video-batch.ts';
import type { DownloadOutcome } from '../../domain/download-task.ts';
import { ClipScribeError, ERRORS, isErrorCode } from '../../domain/errors.ts';
import { checkVideoMetadata, type MediaLimits } from '../../domain/media-check.ts';
import { playlistKey } from '../../domain/playlist.ts';
import { jobFolder } from '../../domain/retention.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { UnusedUploads } from '../../ports/unused-uploads.ts';
import { locateSource } from '../jobs/locate-source.ts';
import type { DownloadQueue } from './download-queue.ts';
import type { TaskClaims } from './task-token.ts';

export interface EndTaskDependencies {
  downloads: DownloadQueue;
  store: ArtifactStore;
  unusedUploads: UnusedUploads;
  limits: MediaLimits;
}

/** By which the server's own workers, too, end an attempt that another one is to go on with. */
const WORKER_SHUTDOWN = 'WorkerShutdown';

/**
 * Ends an attempt with what the worker says. What it has brought is stored or looked up by us, so that no reference
 * to the store comes from outside.
 *
 * @throws ClipScribeError NotFound (the attempt is over), InvalidInput (an outcome of another kind of task),
 *   UploadNotFound, UploadIncomplete, and those of the store
 */
export async function endTask(
  { downloads, store, unusedUploads, limits }: EndTaskDependencies,
  task: TaskClaims,
  ended: DownloadOutcome,
): Promise<void> {
  const token = Buffer.from(task.temporal, 'base64');
  if (ended.outcome === 'failed') return downloads.fail(token, stepFailure(errorOf(ended), task));
  if (ended.outcome === 'cancelled') return downloads.confirmCancelled(token);
  if (ended.outcome === 'handed-back') {
    const message = 'The download worker was stopped.';
    return downloads.fail(token, ApplicationFailure.create({ type: WORKER_SHUTDOWN, message }));
  }
  if (ended.outcome !== task.kind) {
    throw new ClipScribeError('InvalidInput', `This task asks for ${task.kind}, not for ${ended.outcome}.`);
  }
  const { longestVideo } = task;
  const refusal =
    ended.outcome === 'metadata'
      ? checkVideoMetadata(ended.metadata, { ...limits, longestVideo })
      : undefined;
  if (refusal !== undefined) return downloads.fail(token, stepFailure(refusal, task));
  await downloads.complete(token, await resultOf({ store, unusedUploads }, task, ended));
}

/** Errors of ours keep their words; others are not told. */
function errorOf({
  code,
  message,
  retryAfterSeconds,
}: Extract<DownloadOutcome, { outcome: 'failed' }>): ClipScribeError {
  if (!isErrorCode(code)) return new ClipScribeError('InternalError', ERRORS.InternalError.title);
  return new ClipScribeError(code, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

async function resultOf(
  { store, unusedUploads }: Pick<EndTaskDependencies, 'store' | 'unusedUploads'>,
  { userId, id, attempt, startedAtMs }: TaskClaims,
  ended: Extract<DownloadOutcome, { outcome: TaskClaims['kind'] }>,
): Promise<FetchMetadataResult | DownloadAudioResult | ListPlaylistResult> {
  const measure: StepMeasure = {
    ...{ seconds: (Date.now() - startedAtMs) / 1000, attempt },
    ...{ cached: false, model: null, costUsd: 0 },
  };
  switch (ended.outcome) {
    case 'metadata': {
      const metadata = { ...ended.metadata, fingerprint: ownFingerprint(userId, ended.metadata.fingerprint) };
      const artifact = await store.put(`${jobFolder(userId, id)}/metadata.json`, JSON.stringify(metadata));
      const { title, durationSeconds } = metadata;
      return { title: title.slice(0, 500), durationSeconds, metadata: artifact, measure };
    }
    case 'audio': {
      const { uploadId } = ended;
      const { source } = await locateSource({ uploadId }, { userId, allowLocalFiles: false, store });
      if (source.kind === 'upload') await unusedUploads.remove([source.key]);
      return { source, measure };
    }
    case 'playlist': {
      const { playlist } = ended;
      const artifact = await store.put(playlistKey(id), JSON.stringify(playlist));
      return { playlist: artifact, count: playlist.entries.length };
    }
  }
}

/**
 * Equal fingerprints share what was acquired, and this one is no more than somebody's word: it holds among the jobs of
 * that user alone.
 */
const ownFingerprint = (userId: string, fingerprint: string | null): string | null =>
  fingerprint && `download:${userId}:${createHash('sha256').update(fingerprint).digest('hex')}`;
