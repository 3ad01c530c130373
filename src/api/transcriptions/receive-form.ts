import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { saysDiskFull } from '../../domain/disk-full.ts';
import { ClipScribeError } from '../../domain/errors.ts';

/** Fields are short words; the prompt is the longest. */
const LIMITS = { files: 1, fields: 100, fieldSize: 64 * 1024, headerPairs: 100 } as const;

/** A file of a form, on this host's disk until `remove`. */
export interface ReceivedFile extends AsyncDisposable {
  path: string;
  fileName: string;
  contentType: string;
  bytes: number;
  sha256: string;
}

export interface ReceivedForm {
  /** The values of each field in order; `name[]` is `name`. */
  fields: Map<string, string[]>;
  file: ReceivedFile;
}

/**
 * Reads a form with one file in its field `file`, as it arrives: a file of any size takes no memory.
 *
 * @param folder where the file is kept meanwhile
 * @throws ClipScribeError InvalidInput (no form, no file, broken off), MediaTooLarge, DiskFull
 */
export async function receiveForm(
  request: Request,
  { folder, maximumBytes }: { folder: string; maximumBytes: number },
): Promise<ReceivedForm> {
  const { body, headers } = request;
  const contentType = headers.get('content-type') ?? '';
  if (body === null || !/^multipart\/form-data\b/i.test(contentType))
    throw new ClipScribeError('InvalidInput', 'The request is not a form (multipart/form-data).');
  const fields = new Map<string, string[]>();
  let receiving: Promise<ReceivedFile> | undefined;
  try {
    const form = busboy({
      headers: { 'content-type': contentType },
      limits: { ...LIMITS, fileSize: maximumBytes },
      defParamCharset: 'utf8',
    });
    form.on('field', (name, value) => {
      const known = name.replace(/\[\]$/, '');
      fields.set(known, [...(fields.get(known) ?? []), value]);
    });
    form.on('file', (name, content, { filename, mimeType }) => {
      if (name !== 'file') return void content.resume();
      receiving = keep(content, { folder, fileName: filename, contentType: mimeType, maximumBytes });
      // The form tells of it, too.
      receiving.catch((error: unknown) => form.destroy(error as Error));
    });
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), form);
  } catch (error) {
    await receiving?.then((file) => file[Symbol.asyncDispose]()).catch(() => undefined);
    throw toFormError(error);
  }
  if (receiving === undefined)
    throw new ClipScribeError('InvalidInput', 'The form has no file in its field "file".');
  return { fields, file: await receiving };
}

async function keep(
  content: Readable & { truncated?: boolean },
  {
    folder,
    fileName,
    contentType,
    maximumBytes,
  }: { folder: string; fileName: string | undefined; contentType: string; maximumBytes: number },
): Promise<ReceivedFile> {
  const path = join(folder, `form-${randomUUID()}`);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      done(null, chunk);
    },
  });
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    content.on('limit', () => content.destroy(tooLarge(maximumBytes)));
    await pipeline(content, counted, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    if (bytes === 0) throw new ClipScribeError('EmptyFile', 'The file of the form is empty.');
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return {
    path,
    bytes,
    contentType,
    fileName: (fileName ?? '').slice(0, 255) || 'recording',
    sha256: hash.digest('hex'),
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

const tooLarge = (maximumBytes: number): ClipScribeError =>
  new ClipScribeError('MediaTooLarge', `The file is larger than the limit of ${maximumBytes} bytes.`);

function toFormError(error: unknown): ClipScribeError {
  if (ClipScribeError.is(error)) return error;
  if (saysDiskFull(error))
    return new ClipScribeError('DiskFull', 'The disk of the server is full.', { cause: error });
  return new ClipScribeError('InvalidInput', 'The form is malformed, or it broke off.', { cause: error });
}
