/** The check of the place where results lie. */
import { fileURLToPath } from 'node:url';
import { homeFolders } from '../../config/home.ts';
import type { Settings } from '../../config/settings.ts';
import { missing, ok, type Finding } from './finding.ts';
import { runProgram, type ProgramOutput } from './run-program.ts';

const NAME = 'Storage';

const BUCKET_FIX = {
  gs: 'Check the bucket in CLIPSCRIBE_STORAGE_URL, the credentials (GOOGLE_APPLICATION_CREDENTIALS, or `gcloud auth application-default login`) and their role, which must be Storage Object User at least.',
  s3: 'Check the bucket in CLIPSCRIBE_STORAGE_URL, CLIPSCRIBE_STORAGE_ENDPOINT, AWS_REGION and the AWS credentials, which must be allowed to get, put, list and delete objects.',
} as const;

/** @param output of check-storage.ts, which prints a fault and nothing else */
export function judgeStorage(
  { home, storage }: Pick<Settings, 'home' | 'storage'>,
  output: ProgramOutput,
): Finding {
  const place =
    storage === undefined
      ? homeFolders(home).artifacts
      : `${storage.kind}://${[storage.bucket, storage.prefix].filter((part) => part !== '').join('/')}`;
  const fault = 'failure' in output ? output.failure : output.text.trim();
  if (fault === '') return ok(NAME, `${place} can be written, read and cleaned`);
  const fix = storage === undefined ? 'Make the folder writable for this user.' : BUCKET_FIX[storage.kind];
  return missing(NAME, `${place}: ${fault}`, fix);
}

/** Stores, reads and removes a small object. */
export async function checkStorage(settings: Settings): Promise<Finding> {
  const script = fileURLToPath(new URL('../../workers/check-storage.ts', import.meta.url));
  const environment = { CLIPSCRIBE_HOME: settings.home };
  return judgeStorage(settings, await runProgram(process.execPath, [script], environment));
}
