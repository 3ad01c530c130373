import { z } from 'zod';

/** The videos of a page, in its order. */
export const playlistSchema = z.object({
  title: z.string().nullable(),
  entries: z.array(z.object({ url: z.string(), title: z.string().nullable() })),
});
export type Playlist = z.infer<typeof playlistSchema>;

/**
 * Where a batch's playlist lies from its listing until its videos are in the batch, and no longer: feeds name files by
 * links that carry secrets.
 */
export const playlistKey = (batchId: string): string => `stages/playlist/${batchId}.json`;
