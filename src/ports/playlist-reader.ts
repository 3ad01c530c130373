import type { Playlist } from '../domain/playlist.ts';

/** Reads which videos a playlist, channel or feed holds, and nothing of the videos themselves. */
export interface PlaylistReader {
  /**
   * A page of a single video is a playlist of one.
   *
   * @throws ClipScribeError with any of the input, network and site codes; `UnsupportedSite` where there is no video
   */
  read(url: string, options: { workDirectory: string; signal: AbortSignal }): Promise<Playlist>;
}
