import { z } from 'zod';

/** How long a new upload may begin. One that has begun may take as long as it takes. */
export const UPLOAD_SECONDS = 3600;

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
export const uploadKeys = (userId: string, uploadId: string) => ({
  folder: `uploads/${userId}/${uploadId}`,
  note: `uploads/${userId}/${uploadId}/upload.json`,
  media: `uploads/${userId}/${uploadId}/media`,
});
