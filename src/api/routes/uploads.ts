import { createRoute, z } from '@hono/zod-openapi';
import { typeid } from 'typeid-js';
import { UPLOAD_CONTENT_TYPE, uploadIdSchema } from '../../domain/upload.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { idempotencyHeadersSchema } from '../jobs/job-schemas.ts';
import { idOfKey } from '../jobs/id-of-key.ts';
import { problemResponses } from '../problems.ts';
import { createUpload } from '../uploads/create-upload.ts';
import { receiveUpload } from '../uploads/receive-upload.ts';
import { removeUpload } from '../uploads/remove-upload.ts';

const tags = ['Uploads'];

const requestSchema = z
  .strictObject({
    fileName: z.string().min(1).max(255).meta({ example: 'talk.mp4' }),
    bytes: z.number().int().positive().meta({ description: 'The size of the file.' }),
    contentType: z.string().regex(UPLOAD_CONTENT_TYPE).default('application/octet-stream').meta({
      description: 'An audio or video type, or application/octet-stream.',
      example: 'video/mp4',
    }),
  })
  .meta({ id: 'UploadRequest' });

const uploadSchema = z
  .object({
    uploadId: z.string().meta({ description: 'For `POST /api/jobs`, once the file was sent.' }),
    url: z.url(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()).meta({ description: 'To be sent as they are.' }),
    expiresAt: z.iso.datetime(),
    maxBytes: z.number().int().meta({ description: 'The file must have exactly this size.' }),
  })
  .meta({ id: 'Upload' });

const createUploadRoute = createRoute({
  method: 'post',
  path: '/api/uploads',
  tags,
  summary: 'Ask for an address to send a file to',
  description:
    'Send the file by `method` to `url` with all `headers`, within the hour, then submit `uploadId`. Where results lie in a bucket, the address is one of the bucket. The upload is removed when its job has ended. What uploads hold that no job uses yet is bounded by the tier.',
  request: {
    headers: idempotencyHeadersSchema,
    body: { required: true, content: { 'application/json': { schema: requestSchema } } },
  },
  responses: {
    201: { description: 'The address', content: { 'application/json': { schema: uploadSchema } } },
    ...problemResponses(413, 422),
  },
});

const sendRoute = createRoute({
  method: 'put',
  path: '/api/uploads/{id}',
  tags,
  security: [],
  summary: 'Send the file of an upload',
  description: 'The address comes from `POST /api/uploads`; the token in it is the credential.',
  request: {
    params: z.object({
      id: z
        .string()
        .max(2000)
        .regex(/^[\w.-]+$/, 'This is no address of an upload')
        .meta({ description: 'The token in the address.' }),
    }),
    body: { required: true, content: { '*/*': { schema: z.string().meta({ format: 'binary' }) } } },
  },
  responses: { 201: { description: 'The file is stored' }, ...problemResponses(404, 422) },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/uploads/{id}',
  tags,
  summary: 'Remove an upload that no job uses',
  description: 'It counts no longer against what such uploads may hold. That of a job goes with its job.',
  request: { params: z.object({ id: uploadIdSchema }) },
  responses: { 204: { description: 'It is removed' }, ...problemResponses(404) },
});

/** Bringing files. */
export const uploadRoutes = ({ store, unusedUploads, uploads }: ApiDependencies) =>
  [
    defineRoute(createUploadRoute, async (context) => {
      const caller = callerOf(context);
      const key = context.req.valid('header')['idempotency-key'];
      const upload = await createUpload(
        { store, unusedUploads, ...uploads },
        {
          uploadId:
            key === undefined ? typeid('upload').toString() : idOfKey('upload', `${caller.userId}\n${key}`),
          caller,
          note: context.req.valid('json'),
          ownAddress: ownAddress(context.req.url, context.req.header('x-forwarded-proto')),
        },
      );
      return context.json(upload, 201);
    }),
    defineRoute(sendRoute, async (context) => {
      const length = context.req.header('content-length');
      await receiveUpload(
        { store, ...uploads },
        {
          token: context.req.valid('param').id,
          body: (context.req.raw.body ?? []) as AsyncIterable<Uint8Array>,
          announcedBytes: length === undefined ? null : Number(length),
        },
      );
      return context.body(null, 201);
    }),
    defineRoute(removeRoute, async (context) => {
      const { userId } = callerOf(context);
      const { id: uploadId } = context.req.valid('param');
      await removeUpload({ store, unusedUploads }, { userId, uploadId });
      return context.body(null, 204);
    }),
  ] as const;

/** As the client reached us: behind a proxy that ends TLS, by https. */
function ownAddress(requestUrl: string, forwardedProtocol: string | undefined): URL {
  const url = new URL(requestUrl);
  if (forwardedProtocol === 'https') url.protocol = 'https:';
  return url;
}
