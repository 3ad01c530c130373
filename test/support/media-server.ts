import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How one path is served. */
export interface ServedFile {
  filePath: string;
  contentType?: string;
  /** False: the whole file is sent whatever range is asked for. */
  ranges?: boolean;
  /** Several ranges in one request are answered with all of them. */
  severalRanges?: boolean;
  etag?: string;
  /** The connection is cut after so many bytes of each answer. */
  cutAfterBytes?: number;
  /** After so many bytes of an answer, nothing more comes. */
  stallAfterBytes?: number;
  bytesPerSecond?: number;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on loopback that counts what it sends, and breaks as it is told. */
export class MediaServer {
  readonly files = new Map<string, ServedFile>();
  readonly pages = new Map<string, Handler>();
  readonly requests: string[] = [];
  bodyBytesSent = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async start(host = '127.0.0.1'): Promise<this> {
    this.#server.listen(0, host);
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path: string): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}${path}`;
  }

  /** Serves HTML. */
  page(path: string, html: string, status = 200): string {
    this.pages.set(path, (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    return this.url(path);
  }

  async openConnections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    this.requests.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
    const file = this.files.get(path);
    const page = this.pages.get(path);
    if (file !== undefined) await this.#send(file, request, response).catch(() => response.destroy());
    else if (page !== undefined) page(request, response);
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>');
  }

  /** A multipart/byteranges answer (RFC 9110, 14.6). */
  async #sendSeveral(
    file: ServedFile,
    ranges: string[],
    size: number,
    response: ServerResponse,
  ): Promise<void> {
    const contentType = 'multipart/byteranges; boundary=THE_BOUNDARY';
    response.writeHead(206, { 'content-type': contentType, ...(file.etag && { etag: file.etag }) });
    for (const range of ranges) {
      const [start = 0, last = 0] = range.split('-').map(Number);
      response.write(
        `\r\n--THE_BOUNDARY\r\nContent-Type: video/mp4\r\nContent-Range: bytes ${range}/${size}\r\n\r\n`,
      );
      const bytes = await readPart(file.filePath, start, last + 1 - start);
      response.write(bytes);
      this.bodyBytesSent += bytes.length;
    }
    response.end('\r\n--THE_BOUNDARY--\r\n');
  }

  async #send(file: ServedFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { size } = await stat(file.filePath);
    const several = /^bytes=(\d+-\d+(?:,\d+-\d+)+)$/.exec(request.headers.range ?? '')?.[1];
    if (file.severalRanges && several !== undefined) {
      await this.#sendSeveral(file, several.split(','), size, response);
      return;
    }
    const { start, end, partial } = wantedRange(file, request, size);
    response.writeHead(partial ? 206 : 200, {
      'content-type': file.contentType ?? 'video/mp4',
      'content-length': end - start,
      ...(file.ranges !== false && { 'accept-ranges': 'bytes' }),
      ...(partial && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      ...(file.etag && { etag: file.etag }),
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    let sent = 0;
    for await (const chunk of createReadStream(file.filePath, {
      start,
      end: end - 1,
      highWaterMark: 16_384,
    })) {
      const bytes = chunk as Buffer;
      if (response.destroyed) return;
      if (!response.write(bytes)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      sent += bytes.length;
      this.bodyBytesSent += bytes.length;
      if (sent >= (file.cutAfterBytes ?? Infinity)) {
        // Lets what was written leave first.
        response.socket?.destroySoon();
        return;
      }
      if (sent >= (file.stallAfterBytes ?? Infinity)) return;
      if (file.bytesPerSecond) await delay((1_000 * bytes.length) / file.bytesPerSecond);
    }
    response.end();
  }
}

const readPart = async (filePath: string, start: number, length: number): Promise<Buffer> => {
  const file = await open(filePath);
  try {
    return (await file.read(Buffer.alloc(length), 0, length, start)).buffer;
  } finally {
    await file.close();
  }
};

const wantedRange = (file: ServedFile, request: IncomingMessage, size: number) => {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const ifRange = request.headers['if-range'];
  const stale = ifRange !== undefined && ifRange !== file.etag;
  if (match === null || file.ranges === false || stale) return { start: 0, end: size, partial: false };
  const last = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return { start: Number(match[1]), end: last + 1, partial: true };
};
