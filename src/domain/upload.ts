import { z } from 'zod';

/** How long a new upload may begin. One that has begun may take as long as it takes. */
export const UPLOAD_SECONDS = 3600;

/** `upload_01jd3m0p4ye6v8xz2q5r7t9abc` */
export const uploadIdSchema = z.string().regex(/^upload_[0-9a-z]{26}$/);

/** What a client said of a file before it sent it; stored beside the file. */
export const uploadNoteSchema = z.object({
  fileName: z.string().min(1).max(255),
  contentType: z.string(),
  bytes: z.number().int().positive(),
});
export type UploadNote = z.infer<typeof uploadNoteSchema>;

/** Types that hold sound, and the one of files whose type a client does not know. */
export const UPLOAD_CONTENT_TYPE =
  /^(audio\/[\w.+-]{1,100}|video\/[\w.+-]{1,100}|application\/(octet-stream|ogg|mxf|x-matroska))$/;

/**
 * Where an upload lies. The user is part of the key (B6): somebody else's upload is not found, and needs no check.
 */
export const uploadKeys = (userId: string, uploadId: string) => {
  const folder = `uploads/${userId}/${uploadId}`;
  return { folder, note: `${folder}/upload.json`, media: `${folder}/media` };
};

/** The folder of the upload that a key is of; undefined for a key of another shape. */
export const uploadFolderOf = (key: string): string | undefined =>
  /^uploads\/[^/]+\/[^/]+(?=\/)/.exec(key)?.[0];
