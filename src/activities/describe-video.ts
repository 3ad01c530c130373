import { basename } from 'node:path';
import type { JobFacts } from '../contracts/video-result-steps.ts';
import type { CoreDocument } from '../domain/core-document.ts';
import { videoMetadataSchema, type SourceLocator } from '../domain/media.ts';
import { publicUrl } from '../domain/public-url.ts';
import { titleFromFileName } from '../domain/source-title.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { readJson } from './stage-cache.ts';

/** What the results say of the video itself; from the source's name alone where its metadata could not be read. */
export async function describeVideo(store: ArtifactStore, job: JobFacts): Promise<CoreDocument['video']> {
  const metadata = job.metadata && (await readJson(store, job.metadata, videoMetadataSchema));
  return {
    title: metadata?.title ?? titleOf(job.source),
    url: metadata?.url ?? (job.source.kind === 'url' ? publicUrl(job.source.url) : null),
    durationSeconds: job.durationSeconds,
    channel: metadata?.channel ?? null,
    uploadedAt: metadata?.uploadedAt ?? null,
    route: job.route,
    ...(metadata?.frameRate === undefined ? {} : { frameRate: metadata.frameRate }),
  };
}

const titleOf = (source: SourceLocator): string => {
  if (source.kind === 'url') return publicUrl(source.url) ?? 'Untitled video';
  return titleFromFileName(source.kind === 'file' ? basename(source.path) : source.fileName);
};
