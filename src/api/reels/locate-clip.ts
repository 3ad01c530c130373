import { fileURLToPath } from 'node:url';
import { clipAddress } from '../../domain/clip-address.ts';
import { bucketLocator, isOpenTo } from '../../domain/clip-locations.ts';
import { ClipScribeError } from '../../domain/errors.ts';
import {
  keptAddressKey,
  withKeptAddress,
  type Fetchable,
  type KeptAddress,
} from '../../domain/kept-address.ts';
import { sourceLocatorSchema } from '../../domain/media.ts';
import { uploadIdSchema } from '../../domain/upload.ts';
import type { ClipLocator, ClipRequest, ReelClip } from '../../domain/reel-clip.ts';
import { fetchable } from '../../ports/kept-addresses.ts';
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

/** A clip whose address is whole. */
interface LocatedClip extends ReelClip {
  locator: Fetchable<ClipLocator>;
}

/**
 * The clip that a request means. Whether there is something at an address shows when it is fetched: a clip that is
 * gone is left out of the reel, as a damaged one is.
 *
 * @throws ClipScribeError InvalidUrl, InvalidInput; JobNotFound for a job that is not the caller's, AddressExpired for
 *   one whose link is no longer kept; Forbidden for a bucket that is not open to the caller
 */
export async function locateClip(
  dependencies: LocateDependencies,
  caller: Caller,
  request: ClipRequest,
): Promise<LocatedClip> {
  const { address, start, end } = clipAddress(request);
  const title = request.title ?? null;
  if (/^job_[0-9a-z]+$/.test(address)) {
    const { locator, name, transcript } = await locateJob(dependencies, caller, address);
    return { name, locator, start, end, title, transcript };
  }
  if (uploadIdSchema.safeParse(address).success) {
    const { userId } = caller;
    const { store } = dependencies;
    const { source } = await locateSource({ uploadId: address }, { userId, allowLocalFiles: false, store });
    return { name: publicSource(source), locator: source, start, end, title, transcript: null };
  }
  const locator = await locateAddress(dependencies, caller, address);
  const name = locator.kind === 'bucket' ? address : publicSource(locator);
  return { name: name.slice(0, 1000), locator, start, end, title, transcript: null };
}

/** Clips as they may stand in histories, and the addresses that they refer to; see {@link withKeptAddress}. */
export function clipsWithKeptAddresses(
  clips: readonly LocatedClip[],
  userId: string,
  reelId: string,
): { clips: ReelClip[]; kept: KeptAddress[] } {
  const referring = clips.map((clip, index) => {
    const { locator, kept } = withKeptAddress(clip.locator, keptAddressKey(userId, reelId, index));
    return { clip: { ...clip, locator }, kept };
  });
  return { clips: referring.map(({ clip }) => clip), kept: referring.flatMap(({ kept }) => kept) };
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
): Promise<Fetchable<ClipLocator>> {
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
  const locator = sourceLocatorSchema.parse(input['source']);
  if (input.settings['download'] === 'worker' && locator.kind === 'url')
    throw new ClipScribeError(
      'InvalidInput',
      `The video of ${jobId} was downloaded on your own machine, so its site is not asked from here. Give the video file as a clip.`,
    );
  return {
    locator: await fetchable(store, locator),
    name: `${jobId} (${job.source})`.slice(0, 1000),
    transcript: (await store.find(`results/${userId}/${jobId}/transcript.json`)) ?? null,
  };
}
