/** The videos of a page, in its order. */
export interface Playlist {
  title: string | null;
  entries: { url: string; title: string | null }[];
}

/** Reads which videos a playlist, channel or feed holds, and nothing of the videos themselves. */
export interface PlaylistReader {
  /**
   * A page of a single video is a playlist of one.
   *
   * @throws ClipScribeError with any of the input, network and site codes; `UnsupportedSite` where there is no video
   */
  read(url: string, options: { workDirectory: string; signal: AbortSignal }): Promise<Playlist>;
}
