import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';

export interface ReadForm {
  /** The values of each field, in order. */
  fields: Record<string, string[]>;
  file: Buffer | undefined;
}

/** A form with one file, as a server gets it. */
export async function readForm(request: IncomingMessage): Promise<ReadForm> {
  const fields: ReadForm['fields'] = {};
  let file: Promise<Buffer> | undefined;
  const form = busboy({ headers: request.headers });
  form.on('field', (name, value) => (fields[name] ??= []).push(value));
  form.on('file', (_name, content) => {
    file = buffer(content);
  });
  await pipeline(request, form);
  return { fields, file: await file };
}
