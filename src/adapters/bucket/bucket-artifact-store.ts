import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { artifactKey, artifactUri } from '../../domain/artifact.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import { artifactMissing, artifactReplaced, checkKey, checkRange } from '../../domain/artifact-key.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import type {
  ArtifactStore,
  ByteRange,
  CurrentObject,
  PresignedUpload,
  StorableBody,
  StoredObject,
} from '../../ports/artifact-store.ts';
import type { Bucket, BucketHead, BucketObject } from './bucket.ts';
import { measureBody, toBucketBody } from './measure-body.ts';
import { readOverBreaks } from './read-over-breaks.ts';

/** Writers that take turns on one key; more than a few means that something else is wrong. */
const MAX_WRITE_ATTEMPTS = 8;
/** As many as S3 removes with one request. */
const REMOVE_BATCH = 1_000;

/**
 * ArtifactStore in a bucket: the object of key `jobs/a/core.json` is the object of that name below the prefix,
 * with its sha256 beside it as metadata.
 *
 * Every write names what it replaces, and every read the version it began with. So an attempt whose write was
 * stored while the answer was lost recognises its own object, and a reader never gets parts of two.
 */
export class BucketArtifactStore implements ArtifactStore {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  /** @param prefix a key, or the empty string */
  constructor(bucket: Bucket, prefix: string) {
    if (prefix !== '') checkKey(prefix);
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
  }

  async put(
    key: string,
    body: StorableBody,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<ArtifactRef> {
    const name = this.#name(key);
    const content = toBucketBody(body);
    const facts = await measureBody(content);
    // Most objects are new, so the first try does not ask what is there.
    let condition: { absent: true } | { version: string } = { absent: true };
    for (let attempt = 1; attempt <= MAX_WRITE_ATTEMPTS; attempt += 1) {
      if (await this.#bucket.write(name, content, { ...facts, condition, signal }))
        return { uri: artifactUri(key), ...facts };
      const there = await this.#bucket.head(name);
      // The same bytes: an earlier attempt, or this one, whose answer did not come through.
      if (there?.sha256 === facts.sha256) return { uri: artifactUri(key), ...facts };
      condition = there === undefined ? { absent: true } : { version: there.version };
    }
    throw new ClipScribeError('StorageUnavailable', 'Others kept writing the same object of the bucket.');
  }

  async putUnchanged(key: string, content: string, version: string | null): Promise<boolean> {
    const name = this.#name(key);
    const body = toBucketBody(content);
    const facts = await measureBody(body);
    const condition = version === null ? ({ absent: true } as const) : { version };
    if (await this.#bucket.write(name, body, { ...facts, condition })) return true;
    // The same bytes: this write, whose answer did not come through, or a repetition of it.
    return (await this.#bucket.head(name))?.sha256 === facts.sha256;
  }

  async readCurrent(key: string): Promise<CurrentObject | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const head = await this.#bucket.head(this.#name(key));
      if (head === undefined) return undefined;
      try {
        const content = await buffer(this.#stream(key, head, { start: 0, endExclusive: head.bytes }));
        return { content, version: head.version };
      } catch (error) {
        const isReplaced = ClipScribeError.is(error) && error.code === 'ArtifactMissing';
        if (!isReplaced || attempt === MAX_WRITE_ATTEMPTS) throw error;
      }
    }
  }

  async find(key: string): Promise<ArtifactRef | undefined> {
    const head = await this.#bucket.head(this.#name(key));
    if (head === undefined) return undefined;
    const sha256 = head.sha256 ?? (await this.#hash(key, head));
    return { uri: artifactUri(key), sha256, bytes: head.bytes };
  }

  async read(reference: ArtifactRef): Promise<Uint8Array> {
    return buffer(await this.openStream(reference));
  }

  async openStream(reference: ArtifactRef, range?: ByteRange): Promise<Readable> {
    const key = artifactKey(reference);
    const name = this.#name(key);
    const part = range ?? { start: 0, endExclusive: reference.bytes };
    checkRange(part, reference.bytes);
    const head = await this.#bucket.head(name);
    if (head === undefined) throw artifactMissing(key);
    const isAnother = head.sha256 !== null && head.sha256 !== reference.sha256;
    if (isAnother || head.bytes !== reference.bytes) throw artifactReplaced(key);
    return this.#stream(key, head, part, range === undefined ? reference.sha256 : undefined);
  }

  async inspect(key: string): Promise<StoredObject | undefined> {
    const head = await this.#bucket.head(this.#name(key));
    return head && this.#toStored(head);
  }

  async openVersion(object: StoredObject, range: ByteRange): Promise<Readable> {
    const name = this.#name(object.key);
    checkRange(range, object.bytes);
    return this.#stream(object.key, { ...object, name }, range);
  }

  async *list(prefix: string, { after }: { after?: string | undefined } = {}): AsyncIterable<StoredObject> {
    const name = this.#name(prefix);
    const objects = this.#bucket.list(`${name}/`, after === undefined ? undefined : this.#name(after));
    for await (const object of objects) yield this.#toStored(object);
  }

  async remove(keys: readonly string[]): Promise<void> {
    const names = keys.map((key) => this.#name(key));
    for (let first = 0; first < names.length; first += REMOVE_BATCH)
      await this.#bucket.remove(names.slice(first, first + REMOVE_BATCH));
  }

  async removeAll(prefix: string): Promise<void> {
    let keys = [prefix];
    for await (const { key } of this.list(prefix)) {
      keys.push(key);
      if (keys.length < REMOVE_BATCH) continue;
      await this.remove(keys);
      keys = [];
    }
    await this.remove(keys);
  }

  presignDownload(
    reference: ArtifactRef,
    options: { fileName: string; contentType: string; expiresInSeconds: number },
  ): Promise<string> {
    return this.#bucket.presignRead(this.#name(artifactKey(reference)), options);
  }

  presignUpload(
    key: string,
    options: { bytes: number; contentType: string; expiresInSeconds: number },
  ): Promise<PresignedUpload> {
    return this.#bucket.presignWrite(this.#name(key), options);
  }

  async #hash(key: string, head: BucketHead): Promise<string> {
    const hash = createHash('sha256');
    const whole = { start: 0, endExclusive: head.bytes };
    for await (const chunk of this.#stream(key, head, whole)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  }

  #stream(key: string, object: BucketObject, range: ByteRange, expectedSha256?: string): Readable {
    const bytes = readOverBreaks(this.#bucket, key, object, range, expectedSha256);
    return Readable.from(bytes, { objectMode: false });
  }

  #toStored({ name, bytes, version, storedAt }: BucketObject): StoredObject {
    return { key: name.slice(this.#prefix.length), bytes, version, storedAt };
  }

  #name(key: string): string {
    checkKey(key);
    return this.#prefix + key;
  }
}
