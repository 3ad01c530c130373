import { fileURLToPath } from 'node:url';
import { clipAddress } from '../../domain/clip-address.ts';
import { bucketLocator, isOpenTo } from '../../domain/clip-locations.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import { sourceLocatorSchema } from '../../domain/media.ts';
import type { ClipLocator, ClipRequest, ReelClip } from '../../domain/reel-clip.ts';
import type { ReelOutput } from '../../contracts/reel-stitch.ts';
import { LOCAL_USER_ID, type Caller } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jobStartOf } from '../jobs/job-start.ts';
import { locateSource, publicSource } from '../jobs/locate-source.ts';

export type LocateDependencies = Pick<
  ApiDependencies,
  'catalogue' | 'store' | 'allowLocalFiles' | 'clipLocations'
>;

const refused = (message: string): ClipScribeError => new ClipScribeError('InvalidUrl', message);

/**
 * The clip that a request means. Whether there is something at an address shows when it is fetched: a clip that is
 * gone is left out of the reel, as a damaged one is.
 *
 * @throws ClipScribeError InvalidUrl, InvalidInput; JobNotFound for a job that is not the caller's; Forbidden for a
 *   bucket that is not open to the caller
 */
export async function locateClip(
  dependencies: LocateDependencies,
  caller: Caller,
  request: ClipRequest,
): Promise<ReelClip> {
  const { address, start, end } = clipAddress(request);
  const title = request.title ?? null;
  if (/^job_[0-9a-z]+$/.test(address)) {
    const { locator, name, transcript } = await locateJob(dependencies, caller, address);
    return { name, locator, start, end, title, transcript };
  }
  if (/^upload_[0-9a-z]{26}$/.test(address)) {
    const { userId } = caller;
    const { store } = dependencies;
    const { source } = await locateSource({ uploadId: address }, { userId, allowLocalFiles: false, store });
    return { name: publicSource(source), locator: source, start, end, title, transcript: null };
  }
  const locator = await locateAddress(dependencies, caller, address);
  const name = locator.kind === 'bucket' ? address : publicSource(locator);
  return { name: name.slice(0, 1000), locator, start, end, title, transcript: null };
}

/** Where a copy of the reel goes. @throws ClipScribeError InvalidUrl, Forbidden */
export function locateOutput(dependencies: LocateDependencies, caller: Caller, address: string): ReelOutput {
  const object = bucketLocator(address);
  if (object !== undefined) return requireOpen(dependencies, caller, object);
  if (URL.canParse(address) && new URL(address).protocol === 'file:' && mayReadFiles(dependencies, caller))
    return { kind: 'file', path: filePathOf(address) };
  throw refused('A reel is written to a gs: or s3: address, and to a file: address on the local stack only.');
}

/** Other users of this API may be other people than the owner of the files. */
const mayReadFiles = ({ allowLocalFiles }: LocateDependencies, { userId }: Caller): boolean =>
  allowLocalFiles && userId === LOCAL_USER_ID;

function requireOpen<Located extends NonNullable<ReturnType<typeof bucketLocator>>>(
  dependencies: LocateDependencies,
  caller: Caller,
  object: Located,
): Located {
  // On the local stack the credentials are the caller's own.
  if (mayReadFiles(dependencies, caller) || isOpenTo(caller.userId, object, dependencies.clipLocations))
    return object;
  throw new ClipScribeError(
    'Forbidden',
    `The bucket ${object.bucket} is not open to you here; the administrator opens it with CLIPSCRIBE_CLIP_LOCATIONS.`,
  );
}

async function locateAddress(
  dependencies: LocateDependencies,
  caller: Caller,
  address: string,
): Promise<ClipLocator> {
  const object = bucketLocator(address);
  if (object !== undefined) return requireOpen(dependencies, caller, object);
  if (address.startsWith('file:')) {
    if (!mayReadFiles(dependencies, caller))
      throw refused('Addresses that begin with file: are not taken here.');
    return { kind: 'file', path: filePathOf(address) };
  }
  const { store } = dependencies;
  return (await locateSource({ url: address }, { userId: caller.userId, allowLocalFiles: false, store }))
    .source;
}

function filePathOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch (cause) {
    throw new ClipScribeError('InvalidUrl', 'This file address does not name a file of this machine.', {
      cause,
    });
  }
}

/** The video of a job of the caller, and what is said in it. */
async function locateJob({ catalogue, store }: LocateDependencies, { userId }: Caller, jobId: string) {
  const job = await catalogue.find(jobId);
  if (job?.userId !== userId)
    throw new ClipScribeError('JobNotFound', `There is no job ${jobId} whose video could be a clip.`);
  const { kind, input } = jobStartOf(job);
  if (kind !== 'videoIntelligence')
    throw new ClipScribeError('InvalidInput', `${jobId} is no video job, so that it has no video.`);
  return {
    locator: sourceLocatorSchema.parse(input['source']),
    name: `${jobId} (${job.source})`.slice(0, 1000),
    transcript: (await store.find(`results/${userId}/${jobId}/transcript.json`)) ?? null,
  };
}
