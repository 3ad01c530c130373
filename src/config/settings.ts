import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  environmentSchema,
  SECRET_VARIABLES,
  STORAGE_URL,
  type EnvironmentValues,
} from './environment-schema.ts';

/** A bucket, and the key below which everything lies; `endpoint` of a server that is not the vendor's own. */
export interface StorageLocation {
  readonly kind: 'gs' | 's3';
  readonly bucket: string;
  /** The empty string: the bucket itself. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
}

/** A model server that is not our own. */
interface ModelServer {
  readonly url: string;
  readonly key: string | undefined;
}

/** A transcription server in place of the local models. */
interface TranscriptionServer extends ModelServer {
  /** US dollars for a minute of audio. */
  readonly priceUsdPerMinute: {
    readonly byModel: ReadonlyMap<string, number>;
    readonly otherwise: number;
  };
}

/** A speaker encoder in ONNX for our own model server. */
export interface SpeakerEncoderFile {
  readonly path: string;
  /** Two windows of one voice are on average more alike than this, between 0 and 1. */
  readonly sameVoiceSimilarity: number;
}

/** A language model: of a provider, `provider/name`, or where there is a `url`, as the server there calls it. */
export interface LanguageModelSettings {
  readonly name: string;
  readonly url: string | undefined;
  readonly key: string | undefined;
  /** US dollars for a million tokens; undefined where nobody told. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
}

/** A mail server, and whom mails come from. */
interface MailSettings {
  readonly url: string;
  readonly from: string;
}

export interface Settings {
  /** Holds data, models, tools and scratch. */
  readonly home: string;
  /** The API that clients speak to; undefined: the local stack's. */
  readonly apiUrl: string | undefined;
  readonly apiHost: string;
  readonly apiPort: number;
  readonly token: string | undefined;
  /** Where results and intermediate work live; undefined: in a folder below the home. */
  readonly storage: StorageLocation | undefined;
  /** The installation's own administrator token; undefined: the one that the API keeps in the home. */
  readonly adminToken: string | undefined;
  /** A PostgreSQL server; undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  /**
   * Encrypts the secrets of webhooks and the signed links of batches; undefined: the key that the API keeps in the
   * home.
   */
  readonly secretKey: string | undefined;
  /** Where users reach the API; undefined: where it listens, if that is this machine. */
  readonly publicUrl: string | undefined;
  /** How mail is sent; undefined: none is. */
  readonly mail: MailSettings | undefined;
  /** Hear of failed jobs and of alerts by mail. */
  readonly adminEmails: readonly string[];
  /** What all jobs together may cost in a UTC day and calendar month, in US dollars; null: any sum. */
  readonly costCeilings: { readonly dayUsd: number | null; readonly monthUsd: number | null };
  /** Working files and uploads are removed after so many days; results are not. */
  readonly retentionDays: number;
  /** Lets downloads reach loopback and private networks; for development only. */
  readonly allowPrivateAddresses: boolean;
  /** Lets the API take `file:` addresses; set by the local stack for its own API only. */
  readonly allowLocalFiles: boolean;
  /** Parts of buckets that users may name for clips and reels; `{user}` stands for the user's id. */
  readonly clipLocations: readonly string[];
  readonly healthPort: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug';
  readonly model: string;
  readonly highValueModel: string;
  /** Undefined: the built-in list (H3). */
  readonly highValueWords: readonly string[] | undefined;
  /** Undefined: 2700 (H2). */
  readonly longRouteFromSeconds: number | undefined;
  readonly concurrency: number;
  /** An OpenAI-compatible transcription server in place of the local models. */
  readonly transcription: TranscriptionServer | undefined;
  /** A server that hears voices as ours does, with another model. */
  readonly speakerEncoder: ModelServer | undefined;
  /** Undefined: the encoder that set-up installs, or that server. */
  readonly speakerEncoderFile: SpeakerEncoderFile | undefined;
  /** Undefined: none, and steps that need one are left out or say so. */
  readonly languageModel: LanguageModelSettings | undefined;
  /** A LibreTranslate server. */
  readonly translation: ModelServer | undefined;
  /** A cookies.txt that a download worker shows to sites. */
  readonly cookiesFile: string | undefined;
  /** The proxy through which a download worker reaches sites; may hold a password. */
  readonly downloadProxy: string | undefined;
  /** Longer videos are refused. */
  readonly maximumDurationSeconds: number;
  readonly maximumDownloadBytes: number;
}

/** A list of everything that is wrong with the environment, one line per variable. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads and validates all settings, once, from the environment and `.env` in the working folder.
 *
 * @throws SettingsError that lists all bad variables, without their values where they are secret
 */
export function loadSettings(environment: NodeJS.ProcessEnv = environmentWithFile()): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new SettingsError(`These settings are not valid:\n${faults.join('\n')}`);
  }
  const values = parsed.data;
  for (const name of SECRET_VARIABLES) delete environment[name];
  return Object.freeze({
    home: resolve(values.CLIPSCRIBE_HOME ?? defaultHome(environment)),
    apiUrl: values.CLIPSCRIBE_API_URL,
    apiHost: values.CLIPSCRIBE_API_HOST,
    apiPort: values.CLIPSCRIBE_API_PORT,
    token: values.CLIPSCRIBE_TOKEN,
    storage: storageLocation(values.CLIPSCRIBE_STORAGE_URL, values.CLIPSCRIBE_STORAGE_ENDPOINT),
    adminToken: values.CLIPSCRIBE_ADMIN_TOKEN,
    databaseUrl: values.CLIPSCRIBE_DATABASE_URL,
    secretKey: values.CLIPSCRIBE_SECRET_KEY?.toLowerCase(),
    publicUrl: values.CLIPSCRIBE_PUBLIC_URL,
    mail: mailSettings(values.CLIPSCRIBE_SMTP_URL, values.CLIPSCRIBE_MAIL_FROM),
    adminEmails: values.CLIPSCRIBE_ADMIN_EMAIL ?? [],
    costCeilings: {
      dayUsd: values.CLIPSCRIBE_DAY_CEILING_USD ?? null,
      monthUsd: values.CLIPSCRIBE_MONTH_CEILING_USD ?? null,
    },
    retentionDays: values.CLIPSCRIBE_RETENTION_DAYS,
    allowPrivateAddresses: values.CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES,
    allowLocalFiles: values.CLIPSCRIBE_ALLOW_LOCAL_FILES,
    clipLocations: (values.CLIPSCRIBE_CLIP_LOCATIONS ?? '')
      .split(',')
      .map((location) => location.trim())
      .filter((location) => location !== ''),
    healthPort: values.CLIPSCRIBE_HEALTH_PORT,
    logLevel: values.CLIPSCRIBE_LOG_LEVEL,
    model: values.CLIPSCRIBE_MODEL,
    highValueModel: values.CLIPSCRIBE_HIGH_VALUE_MODEL ?? values.CLIPSCRIBE_MODEL,
    highValueWords: values.CLIPSCRIBE_HIGH_VALUE_WORDS?.split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
    longRouteFromSeconds: values.CLIPSCRIBE_LONG_ROUTE_FROM_SECONDS,
    concurrency: values.CLIPSCRIBE_CONCURRENCY,
    transcription: transcriptionServer(values),
    speakerEncoder: modelServer(values.CLIPSCRIBE_SPEAKER_ENCODER_URL, values.CLIPSCRIBE_SPEAKER_ENCODER_KEY),
    speakerEncoderFile: speakerEncoderFile(values),
    languageModel: languageModel(values),
    translation: modelServer(values.CLIPSCRIBE_TRANSLATE_URL, values.CLIPSCRIBE_TRANSLATE_KEY),
    cookiesFile: values.CLIPSCRIBE_COOKIES_FILE,
    downloadProxy: values.CLIPSCRIBE_DOWNLOAD_PROXY,
    maximumDurationSeconds: values.CLIPSCRIBE_MAX_DURATION_SECONDS,
    maximumDownloadBytes: values.CLIPSCRIBE_MAX_DOWNLOAD_BYTES,
  });
}

function storageLocation(url: string | undefined, endpoint: string | undefined): StorageLocation | undefined {
  const groups = STORAGE_URL.exec(url ?? '')?.groups;
  if (groups === undefined) return undefined;
  const { kind, bucket = '', prefix = '' } = groups;
  return { kind: kind === 'gs' ? 'gs' : 's3', bucket, prefix, endpoint };
}

const mailSettings = (url: string | undefined, from: string | undefined): MailSettings | undefined =>
  url === undefined || from === undefined ? undefined : { url, from };

const modelServer = (url: string | undefined, key: string | undefined): ModelServer | undefined =>
  url === undefined ? undefined : { url, key };

function speakerEncoderFile({
  CLIPSCRIBE_SPEAKER_ENCODER_FILE: path,
  CLIPSCRIBE_SPEAKER_ENCODER_SIMILARITY: sameVoiceSimilarity,
}: EnvironmentValues): SpeakerEncoderFile | undefined {
  return path === undefined ? undefined : { path: resolve(path), sameVoiceSimilarity };
}

function transcriptionServer(values: EnvironmentValues): Settings['transcription'] {
  const server = modelServer(values.CLIPSCRIBE_TRANSCRIPTION_URL, values.CLIPSCRIBE_TRANSCRIPTION_KEY);
  if (server === undefined) return undefined;
  const { byModel = new Map<string, number>(), otherwise } = values.CLIPSCRIBE_TRANSCRIPTION_PRICE ?? {};
  // Rather too much than nothing is counted of a model that nobody gave a price.
  const highest = Math.max(0, ...byModel.values());
  return { ...server, priceUsdPerMinute: { byModel, otherwise: otherwise ?? highest } };
}

function languageModel(values: EnvironmentValues): LanguageModelSettings | undefined {
  const { CLIPSCRIBE_LANGUAGE_MODEL: name, CLIPSCRIBE_LANGUAGE_MODEL_PRICE: prices } = values;
  if (name === undefined) return undefined;
  return {
    name,
    url: values.CLIPSCRIBE_LANGUAGE_MODEL_URL,
    key: values.CLIPSCRIBE_LANGUAGE_MODEL_KEY,
    price: prices?.byModel.get(name) ?? prices?.otherwise,
  };
}

/** The process's environment with `.env` of the working folder. Variables that are set already win. */
function environmentWithFile(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}

/** The per-user data folder of the platform (XDG Base Directory Specification on Linux). */
function defaultHome(environment: NodeJS.ProcessEnv): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'clipscribe');
  if (process.platform === 'win32') return join(environment['LOCALAPPDATA'] ?? homedir(), 'clipscribe');
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'clipscribe');
}
