import { z } from 'zod';

/**
 * A reference to bytes in the artifact store. Activities exchange these instead of the bytes, so that
 * workflow history stays small whatever the length of the video.
 */
export const artifactRefSchema = z.object({
  /** `artifact:<key>`, relative to the store, so that a store can be moved without rewriting history. */
  uri: z.string().startsWith('artifact:'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type ArtifactRef = z.infer<typeof artifactRefSchema>;

/** The store key inside a reference's uri. */
export const artifactKey = (reference: ArtifactRef): string => reference.uri.slice('artifact:'.length);

/** The uri of a store key. */
export const artifactUri = (key: string): string => `artifact:${key}`;
