import type { VideoJobInput } from '../../contracts/video-intelligence.ts';
import { keptAddressKey, withKeptAddress, type KeptAddress } from '../../domain/kept-address.ts';
import type { SourceLocator } from '../../domain/media.ts';
import type { ArtifactStore } from '../../ports/artifact-store.ts';
import type { AcceptJob } from '../../ports/job-catalogue.ts';
import { renewKeptAddress } from '../../ports/kept-addresses.ts';
import type { ApiDependencies } from '../dependencies.ts';

/** Keeps addresses. Idempotent. */
export const keepAddresses = async (store: ArtifactStore, kept: readonly KeptAddress[]): Promise<void> => {
  await Promise.all(kept.map(({ key, address }) => store.put(key, address)));
};

/**
 * Accepts a job with the addresses that its input only refers to: they are there before a worker asks for them, and of
 * a job that is refused, or not needed, nothing stays. Idempotent by the job's id.
 *
 * @param attach whether a job of the same source and settings that has not ended will do
 * @returns the id of the job that does it
 * @throws ClipScribeError QuotaExceeded, EmergencyStop, JobAlreadyRunning, DatabaseUnavailable, and those of the store
 */
export async function acceptWithAddresses(
  { catalogue, store }: Pick<ApiDependencies, 'catalogue' | 'store'>,
  job: AcceptJob,
  kept: readonly KeptAddress[],
  { attach = false }: { attach?: boolean } = {},
): Promise<string> {
  const isKnown = async (): Promise<boolean> => (await catalogue.find(job.id)) !== undefined;
  // What a job that was accepted before has kept may be in the archive by now.
  const missing = kept.length === 0 || (await isKnown()) ? [] : kept;
  await keepAddresses(store, missing);
  let acceptedId: string | undefined;
  try {
    if (!attach) await catalogue.accept([job]);
    acceptedId = attach ? await catalogue.acceptOrAttach(job) : job.id;
    return acceptedId;
  } finally {
    if (acceptedId !== job.id && missing.length > 0 && !(await isKnown()))
      await store.remove(missing.map(({ key }) => key));
  }
}

/**
 * The source of a job that is done again. Its address is kept for as long again; the input of a job of before addresses
 * were kept holds the whole one, which is kept from now on.
 *
 * @throws ClipScribeError AddressExpired, and those of the store
 */
export async function sourceKeptAgain(
  store: ArtifactStore,
  { userId, jobId, source, amend, redo }: VideoJobInput,
): Promise<SourceLocator> {
  if (source.kind !== 'url') return source;
  const { url, keptAt } = source;
  if (keptAt === undefined) {
    const { locator, kept } = withKeptAddress({ kind: 'url', url }, keptAddressKey(userId, jobId));
    await keepAddresses(store, kept);
    return locator;
  }
  // What is made of what was found needs no video.
  if (!amend && redo?.fromGround !== true) await renewKeptAddress(store, keptAt);
  return source;
}
