import { Readable } from 'node:stream';
import { createRoute, z } from '@hono/zod-openapi';
import parseRange from 'range-parser';
import { notModified } from '../conditional.ts';
import { defineRoute } from '../define-route.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { mediaTypeOf } from '../../domain/manifest.ts';
import type { ByteRange } from '../../ports/artifact-store.ts';
import { callerOf } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jobParametersSchema } from '../jobs/job-schemas.ts';
import { problemResponses } from '../problems.ts';
import { findResults } from '../jobs/job-results.ts';

const artifactSchema = z
  .object({ name: z.string(), sha256: z.string(), bytes: z.number().int(), contentType: z.string() })
  .meta({ id: 'Artifact' });

const contentTypeOf = (name: string): string => {
  const mediaType = mediaTypeOf(name);
  return /^text\/|subrip$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
};

const listRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/artifacts',
  tags: ['Results'],
  summary: 'List the result files',
  request: { params: jobParametersSchema },
  responses: {
    200: {
      description: 'The files',
      content: {
        'application/json': {
          schema: z.object({ artifacts: z.array(artifactSchema) }).meta({ id: 'ArtifactList' }),
        },
      },
    },
    ...notModified,
    ...problemResponses(404, 409),
  },
});

const downloadRoute = createRoute({
  method: 'get',
  path: '/api/jobs/{id}/artifacts/{name}',
  tags: ['Results'],
  summary: 'Download a result file',
  description:
    'Takes `Range` and `If-None-Match`; the ETag is the sha256 of the file. Where results lie in a bucket, the answer is a redirect to an address there that holds for some minutes and takes `Range`, too.',
  request: { params: jobParametersSchema.extend({ name: z.string().max(200) }) },
  responses: {
    200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
    206: { description: 'A range of it', content: { 'application/octet-stream': { schema: z.string() } } },
    302: { description: 'The file is at `Location`, for some minutes' },
    304: { description: 'It has not changed' },
    416: { description: 'There is no such range' },
    ...problemResponses(404, 409),
  },
});

/** Result files. */
export const artifactRoutes = ({ jobs, store }: ApiDependencies) =>
  [
    defineRoute(listRoute, async (context) => {
      const results = await findResults(
        { jobs, store },
        callerOf(context).userId,
        context.req.valid('param').id,
      );
      const artifacts = results.map(({ name, reference: { sha256, bytes } }) => ({
        name,
        sha256,
        bytes,
        contentType: contentTypeOf(name),
      }));
      return context.json({ artifacts }, 200);
    }),
    defineRoute(downloadRoute, async (context) => {
      const { id, name } = context.req.valid('param');
      const results = await findResults({ jobs, store }, callerOf(context).userId, id);
      const file = results.find((result) => result.name === name);
      if (file === undefined)
        throw new ClipScribeError('NotFound', 'The job has no result file of this name.');
      return sendFile(store, file, context.req.raw.headers);
    }),
  ] as const;

/** An address in a bucket holds until a slow client has begun to read from it. */
const DOWNLOAD_SECONDS = 300;

interface ResultFile {
  name: string;
  reference: ArtifactRef;
}

/** Sends a file or one range of it. Names come from the manifest only, so that none leads elsewhere. */
async function sendFile(
  store: ApiDependencies['store'],
  { name, reference }: ResultFile,
  wanted: Headers,
): Promise<Response> {
  const etag = `"${reference.sha256}"`;
  const headers = new Headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-type': contentTypeOf(name),
    'content-disposition': `attachment; filename="${name}"`,
  });
  // Compared weakly (RFC 9110, 13.1.2): a proxy that compresses makes weak ETags of ours.
  const known = wanted
    .get('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag)) return new Response(null, { status: 304, headers });
  const address = await store.presignDownload(reference, {
    fileName: name,
    contentType: contentTypeOf(name),
    expiresInSeconds: DOWNLOAD_SECONDS,
  });
  if (address !== undefined)
    return new Response(null, {
      status: 302,
      headers: { location: address, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    });
  const range = rangeOf(wanted, reference, etag);
  if (range === 'unsatisfiable') {
    headers.set('content-range', `bytes */${reference.bytes}`);
    return new Response(null, { status: 416, headers });
  }
  const { start, endExclusive } = range ?? { start: 0, endExclusive: reference.bytes };
  headers.set('content-length', String(endExclusive - start));
  if (range !== undefined)
    headers.set('content-range', `bytes ${start}-${endExclusive - 1}/${reference.bytes}`);
  const stream = await store.openStream(reference, range);
  const body = Readable.toWeb(stream) as ReadableStream<Uint8Array>;
  return new Response(body, { status: range === undefined ? 200 : 206, headers });
}

/** One range as asked for (RFC 9110, section 14). Several at once, or one of an older file, give the whole file. */
function rangeOf(
  wanted: Headers,
  { bytes }: ArtifactRef,
  etag: string,
): ByteRange | 'unsatisfiable' | undefined {
  const header = wanted.get('range');
  const condition = wanted.get('if-range');
  if (header === null || (condition !== null && condition !== etag)) return undefined;
  const ranges = parseRange(bytes, header, { combine: true });
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [range] = ranges;
  return range === undefined ? undefined : { start: range.start, endExclusive: range.end + 1 };
}
