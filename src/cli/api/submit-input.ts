import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Job } from '../../api/jobs/job-schemas.ts';
import type { JobSettings } from '../../domain/job.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { Notify } from '../notify-option.ts';
import { answerOf, type Api } from './api-client.ts';
import { takeBack, uploadFile, type OnUploadProgress } from './upload-file.ts';

/** One thing to process, as the user wrote it and as the API takes it. */
export interface Input {
  given: string;
  url: string;
}

/**
 * Checks inputs before anything is started: files are there, addresses are addresses. One that is given twice
 * counts once.
 *
 * @throws CliError wrong usage, about the first input that cannot work
 */
export async function checkInputs(given: readonly string[]): Promise<Input[]> {
  const inputs = await Promise.all(given.map(checkInput));
  return [...new Map(inputs.map((input) => [input.url, input])).values()];
}

async function checkInput(given: string): Promise<Input> {
  if (/^https?:\/\//i.test(given)) {
    if (!URL.canParse(given))
      throw usage(`${given} is not a full address.`, 'Copy it whole from the browser.');
    return { given, url: given };
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    throw usage(`${given} is not an http or https address.`, 'Give the page or the file of a video.');
  }
  const path = resolve(given);
  const facts = await stat(path).catch(() => undefined);
  if (facts === undefined)
    throw usage(`There is no file ${given}.`, 'Check the path, or give an http address.');
  if (!facts.isFile()) throw usage(`${given} is not a file.`, 'Give the video file itself.');
  return { given, url: pathToFileURL(path).href };
}

const usage = (message: string, fix: string): CliError =>
  new CliError(message, { exitCode: EXIT.usage, code: 'InvalidInput', fix });

export interface SubmitOptions {
  settings: JobSettings;
  priority: number | undefined;
  projectId?: string | undefined;
  /** Go on with the open job of the same input and settings, if there is one. */
  attach: boolean;
  /** Whom to tell how it ends. */
  notify: Notify | undefined;
  /** Told while a file is sent to an API elsewhere. */
  onUploadProgress: OnUploadProgress;
}

/** Submits one input; a file is sent first where the API cannot read it. */
export async function submitInput(
  api: Api,
  { url }: Input,
  { settings, priority, projectId, attach, notify, onUploadProgress }: SubmitOptions,
): Promise<{ job: Job; attached: boolean }> {
  const source =
    url.startsWith('file:') && !api.readsLocalFiles
      ? { uploadId: await uploadFile(api, fileURLToPath(url), onUploadProgress) }
      : { url };
  const { language, translateTo, ...options } = settings;
  const submitting = api.client.api.jobs.$post({
    json: {
      ...source,
      ...notify,
      attach,
      options,
      ...(language === undefined ? {} : { language }),
      ...(translateTo === undefined ? {} : { translateTo }),
      ...(priority === undefined ? {} : { priority }),
      ...(projectId === undefined ? {} : { projectId }),
    },
    header: {},
  });
  let status = 0;
  const job = await answerOf(
    api,
    submitting.then((answer) => {
      status = answer.status;
      return answer;
    }),
  ).catch(async (error: unknown) => {
    if ('uploadId' in source) await takeBack(api, [source.uploadId]);
    throw error;
  });
  return { job, attached: status === 200 };
}
