import { join } from 'node:path';
import { ClipScribeError } from '../../domain/errors.ts';
import type { Fetchable } from '../../domain/kept-address.ts';
import type { SourceLocator } from '../../domain/media.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { MediaTool } from '../../ports/media-tool.ts';
import type { VideoSource } from '../../ports/video-source.ts';
import { openRemoteFile } from './remote-file.ts';
import { describeRemote, openMedia, probeRemote } from './remote-media.ts';
import { openStoreClient } from './store-client.ts';

export interface UploadSourceDependencies {
  store: ArtifactStore;
  mediaTool: MediaTool;
  /** Larger files are refused with `MediaTooLarge`. */
  maxBytes: number;
}

/** Beside the folders of other sources in a job's work directory. */
const FOLDER = 'upload';

/** Files that users have uploaded to the artifact store, read by ranges as a link is: see {@link openStoreClient}. */
export const createUploadSource = ({ store, mediaTool, maxBytes }: UploadSourceDependencies): VideoSource => {
  const open = async (
    locator: Fetchable<SourceLocator>,
    options: { workDirectory: string; signal: AbortSignal },
  ) => {
    if (locator.kind !== 'upload') throw new ClipScribeError('InvalidInput', 'This is not an upload.');
    const client = openStoreClient(store, locator.key, locator.fileName);
    const { signal } = options;
    const workDirectory = join(options.workDirectory, FOLDER);
    return {
      client,
      file: await openRemoteFile(client, `upload:${locator.key}`, { workDirectory, maxBytes, signal }),
    };
  };
  return {
    name: 'upload',

    accepts: (locator) => Promise.resolve(locator.kind === 'upload'),

    fetchMetadata: async (locator, options) => {
      const { client, file } = await open(locator, options);
      try {
        return describeRemote(file, await probeRemote(client, file, { mediaTool, signal: options.signal }));
      } finally {
        await file.partial.close();
      }
    },

    openAudio: async (locator, options) => {
      const { client, file } = await open(locator, options);
      return openMedia(client, file, { ...options, mediaTool, maxBytes });
    },
  };
};
