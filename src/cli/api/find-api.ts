import { ownersToken } from '../../config/owners-token.ts';
import type { Settings } from '../../config/settings.ts';
import { findRunningStack } from '../stack/stack-file.ts';
import { CliError } from '../cli-error.ts';
import { connectApi, type Api } from './api-client.ts';

/** The name by which our API answers `/health`. */
const API_SERVICE = 'clipscribe-api';
const PROBE_TIMEOUT_MS = 3000;

/**
 * The API of CLIPSCRIBE_API_URL, else the running local stack's.
 *
 * @returns undefined when there is none and none was named
 * @throws CliError when the named one does not answer
 */
export async function findApi(settings: Settings): Promise<Api | undefined> {
  if (settings.apiUrl !== undefined) {
    const stack = await findRunningStack(settings.home);
    const readsLocalFiles = stack?.apiUrl === new URL(settings.apiUrl).origin && isOwners(settings);
    const api = connectApi(settings.apiUrl, settings, { readsLocalFiles });
    if (await isOurApi(api)) return api;
    throw new CliError(`No ClipScribe API answers at CLIPSCRIBE_API_URL (${settings.apiUrl}).`, {
      code: 'ServiceUnavailable',
      fix: 'Correct or unset it.',
    });
  }
  const stack = await findRunningStack(settings.home);
  if (stack === undefined) return undefined;
  return ourApiAt(stack.apiUrl, settings, { readsLocalFiles: isOwners(settings) });
}

/**
 * The API of {@link findApi}, else one at the default address, as `clipscribe api` serves it.
 *
 * @throws CliError when there is none
 */
export async function requireApi(settings: Settings): Promise<Api> {
  const api =
    (await findApi(settings)) ??
    (await ourApiAt(`http://127.0.0.1:${settings.apiPort}`, settings, { readsLocalFiles: false }));
  if (api !== undefined) return api;
  throw new CliError('ClipScribe is not running on this machine.', {
    code: 'ServiceUnavailable',
    fix: 'Start it with `npx clipscribe up` in another terminal, or set CLIPSCRIBE_API_URL.',
  });
}

async function ourApiAt(
  address: string,
  settings: Settings,
  kind: { readsLocalFiles: boolean },
): Promise<Api | undefined> {
  const api = connectOwnApi(address, settings, kind);
  return (await isOurApi(api)) ? api : undefined;
}

/** The local stack reads files for their owner; what other users of it submit is uploaded. */
const isOwners = (settings: Settings): boolean =>
  settings.token === undefined || settings.token === ownersToken(settings);

/** An API of this home. Where no token is set, its owner's is sent, which lies in the home. */
export const connectOwnApi = (address: string, settings: Settings, kind: { readsLocalFiles: boolean }): Api =>
  connectApi(address, { token: settings.token ?? ownersToken(settings) }, kind);

/** Whether a ClipScribe API answers. */
async function isOurApi({ client }: Api): Promise<boolean> {
  try {
    const answer = await client.health.$get(undefined, {
      init: { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) },
    });
    return answer.ok && (await answer.json()).service === API_SERVICE;
  } catch {
    return false;
  }
}
