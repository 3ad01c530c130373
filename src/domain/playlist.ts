import { z } from 'zod';

/** The videos of a page, in its order. */
export const playlistSchema = z.object({
  title: z.string().nullable(),
  entries: z.array(z.object({ url: z.string(), title: z.string().nullable() })),
});
export type Playlist = z.infer<typeof playlistSchema>;
