import type { PlaylistActivities } from '../contracts/video-batch.ts';
import { playlistKey } from '../domain/playlist.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { wholeAddress } from '../ports/kept-addresses.ts';
import type { PlaylistReader } from '../ports/playlist-reader.ts';
import { withHeartbeat } from './activity-support.ts';
import type { Scratch } from './scratch.ts';

export interface ListPlaylistDependencies {
  playlists: PlaylistReader;
  store: ArtifactStore;
  scratch: Scratch;
}

/** See {@link PlaylistActivities.listPlaylist}. */
export const createListPlaylist =
  ({ playlists, store, scratch }: ListPlaylistDependencies): PlaylistActivities['listPlaylist'] =>
  ({ batchId, ...address }) =>
    withHeartbeat(async ({ signal }) => {
      try {
        const playlist = await playlists.read(await wholeAddress(store, address), {
          workDirectory: await scratch.folder(batchId),
          signal,
        });
        const artifact = await store.put(playlistKey(batchId), JSON.stringify(playlist));
        return { playlist: artifact, count: playlist.entries.length };
      } finally {
        await scratch.remove(batchId);
      }
    });
