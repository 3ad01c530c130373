import { hc, type ClientResponse } from 'hono/client';
import type { AppType } from '../../api/app.ts';
import type { Problem } from '../../api/problems.ts';
import type { Settings } from '../../config/settings.ts';
import { CliError } from '../cli-error.ts';

/** A ClipScribe API at an address. */
export interface Api {
  readonly address: string;
  /** It is this machine's own stack, which reads files where they are; to others they are sent. */
  readonly readsLocalFiles: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Typed by the API's own routes. */
  readonly client: ReturnType<typeof hc<AppType>>;
}

export function connectApi(
  address: string,
  { token }: Pick<Settings, 'token'>,
  { readsLocalFiles }: { readsLocalFiles: boolean },
): Api {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { address, readsLocalFiles, headers, client: hc<AppType>(address, { headers }) };
}

/**
 * The JSON of an answer.
 *
 * @throws CliError with the code, sentence and fix of the problem document, or that the API does not answer
 */
export async function answerOf<Answer extends ClientResponse<unknown>>(
  api: Api,
  answering: Promise<Answer>,
): Promise<Awaited<ReturnType<Answer['json']>>> {
  const answer = await reached(api, answering);
  if (!answer.ok) throw await problemError(answer);
  return (await answer.json()) as Awaited<ReturnType<Answer['json']>>;
}

/** Downloads and streams, which are not JSON. Same errors as {@link answerOf}. */
export async function fetchFrom(api: Api, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...api.headers, ...(init.headers as Record<string, string> | undefined) };
  const response = await reached(api, fetch(new URL(path, api.address), { ...init, headers }));
  if (!response.ok) throw await problemError(response);
  return response;
}

/** The request never got an answer. */
export class ApiUnreachable extends CliError {}

async function reached<T>(api: Api, answering: Promise<T>): Promise<T> {
  try {
    return await answering;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    throw new ApiUnreachable(`The ClipScribe API at ${api.address} does not answer.`, {
      code: 'ServiceUnavailable',
      fix: 'Start it with `npx clipscribe up`, or correct CLIPSCRIBE_API_URL.',
      cause,
    });
  }
}

async function problemError(answer: { status: number; json(): Promise<unknown> }): Promise<CliError> {
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  const { detail, code, fix } = problem;
  return new CliError(detail ?? `The API answered with status ${answer.status}.`, {
    ...(code === undefined ? {} : { code }),
    fix,
  });
}
