import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Api } from '../api/api-client.ts';
import { CliError, EXIT } from '../cli-error.ts';

/** Where a reel is to go besides the results of its job. */
export type OutputPlace = { kind: 'bucket'; address: string } | { kind: 'file'; path: string };

const BUCKET_ADDRESS = /^(gs|s3):\/\//;

/**
 * The place that `--output` names.
 *
 * @param isSubmitted nobody waits for the reel, which may then stay where it is made
 * @throws CliError wrong usage
 */
export function outputPlace(
  output: string | undefined,
  { isSubmitted }: { isSubmitted: boolean },
): OutputPlace | undefined {
  if (output === undefined) {
    if (isSubmitted) return undefined;
    throw new CliError('Nothing says where to write the reel.', {
      exitCode: EXIT.usage,
      fix: 'Name a file with --output, or leave the reel to the workers with --submit.',
    });
  }
  if (BUCKET_ADDRESS.test(output)) return { kind: 'bucket', address: output };
  const path = resolve(output);
  if (existsSync(dirname(path))) return { kind: 'file', path };
  throw new CliError(`There is no folder ${dirname(output)}.`, {
    exitCode: EXIT.usage,
    fix: 'Make it, or name another file with --output.',
  });
}

/**
 * The address that the service is to write to; undefined where the command brings the reel, or nobody does.
 *
 * @throws CliError wrong usage, where neither could
 */
export function addressForService(
  api: Pick<Api, 'readsLocalFiles'>,
  place: OutputPlace | undefined,
  { isSubmitted }: { isSubmitted: boolean },
): string | undefined {
  if (place?.kind === 'bucket') return place.address;
  if (place === undefined || !isSubmitted) return undefined;
  if (api.readsLocalFiles) return pathToFileURL(place.path).href;
  throw new CliError('With --submit, nobody is here to write the file when the reel is done.', {
    exitCode: EXIT.usage,
    fix: 'Leave --output out and get the reel with `npx clipscribe fetch`, or name a gs or s3 address.',
  });
}
