import type { Settings } from '../../config/settings.ts';
import { readStack } from '../stack/stack-file.ts';
import { CliError } from '../cli-error.ts';
import { connectApi, type Api } from './api-client.ts';

/** The name by which our API answers `/health`. */
const API_SERVICE = 'clipscribe-api';
const PROBE_TIMEOUT_MS = 3000;

/**
 * The API to speak to: the one of CLIPSCRIBE_API_URL, else the running local stack's, else one at the default
 * address.
 *
 * @returns undefined when there is none and none was named
 * @throws CliError when the named one does not answer
 */
export async function findApi(settings: Settings): Promise<Api | undefined> {
  if (settings.apiUrl !== undefined) {
    const api = connectApi(settings.apiUrl, settings);
    if (await isOurApi(api)) return api;
    throw new CliError(`No ClipScribe API answers at CLIPSCRIBE_API_URL (${settings.apiUrl}).`, {
      code: 'ServiceUnavailable',
      fix: 'Correct or unset it.',
    });
  }
  const local = [readStack(settings.home)?.apiUrl, `http://127.0.0.1:${settings.apiPort}`];
  for (const address of local) {
    if (address === undefined || address === '') continue;
    const api = connectApi(address, settings);
    if (await isOurApi(api)) return api;
  }
  return undefined;
}

/**
 * The API to speak to.
 *
 * @throws CliError when there is none
 */
export async function requireApi(settings: Settings): Promise<Api> {
  const api = await findApi(settings);
  if (api !== undefined) return api;
  throw new CliError('ClipScribe is not running on this machine.', {
    code: 'ServiceUnavailable',
    fix: 'Start it with `npx clipscribe up` in another terminal, or set CLIPSCRIBE_API_URL.',
  });
}

/** Whether a ClipScribe API answers. */
export async function isOurApi({ client }: Api): Promise<boolean> {
  try {
    const answer = await client.health.$get(undefined, {
      init: { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) },
    });
    return answer.ok && (await answer.json()).service === API_SERVICE;
  } catch {
    return false;
  }
}
