import type { SourceLocator } from '../domain/media.ts';
import type { FetchMetadataInput, FetchMetadataResult } from './video-source-steps.ts';
import type { Measured } from './measured.ts';
import type { ListPlaylistInput, ListPlaylistResult } from './video-batch.ts';

export interface DownloadAudioInput {
  jobId: string;
  source: SourceLocator;
}
export interface DownloadAudioResult extends Measured {
  /** Where the sound now lies: an upload of the user's. */
  source: SourceLocator;
}

/**
 * The steps that touch a site, where the user wants that on a machine of their own (B2). They run on the user's
 * download queue. A download worker there gets them from the API, which turns what the worker has brought into these
 * results: no reference to the store and no failure comes from outside as it is.
 */
export interface DownloadActivities {
  /** As `fetchMetadata`. */
  downloadMetadata(input: FetchMetadataInput): Promise<FetchMetadataResult>;
  /** The sound of a video, as an upload. Resumable on the same machine. */
  downloadAudio(input: DownloadAudioInput): Promise<DownloadAudioResult>;
  /** As `listPlaylist`. */
  downloadPlaylist(input: ListPlaylistInput): Promise<ListPlaylistResult>;
}
