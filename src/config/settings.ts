import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Scheme, bucket, and a prefix of parts that are keys of the store (src/domain/artifact-key.ts). */
const STORAGE_URL =
  /^(?<kind>gs|s3):\/\/(?<bucket>[a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(?:\/(?<prefix>[\w=@+-][\w.=@+-]*(?:\/[\w=@+-][\w.=@+-]*)*))?\/?$/;

/** A provider that the AI SDK knows by itself, and a model of it. */
const PROVIDER_MODEL = /^(google|openai|mistral)\/./;

/** US dollars for a million tokens, those of questions and those of answers. */
const TOKEN_PRICE = /^(?<input>\d+(?:\.\d+)?)\/(?<output>\d+(?:\.\d+)?)$/;

/** `clips@example.org`, or `ClipScribe <clips@example.org>`. */
const MAIL_FROM = /^(?:[^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;

/** Parts of buckets, separated by commas. */
const CLIP_LOCATIONS = /^\s*(gs|s3):\/\/[^,\s]+(\s*,\s*(gs|s3):\/\/[^,\s]+)*\s*$/;

/**
 * All settings, read once from the environment (and `.env` in the working folder). Every fault is listed at
 * once. Temporal's own names (TEMPORAL_ADDRESS …) are read by temporal.ts. docs/settings.md describes each.
 */
export const environmentSchema = z
  .object({
    CLIPSCRIBE_HOME: z.string().min(1).optional(),
    CLIPSCRIBE_API_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_API_HOST: z.string().min(1).default('127.0.0.1'),
    CLIPSCRIBE_API_PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
    CLIPSCRIBE_TOKEN: z.string().min(1).optional(),
    CLIPSCRIBE_STORAGE_URL: z
      .string()
      .regex(STORAGE_URL, { error: 'Write it as gs://BUCKET, s3://BUCKET/PREFIX or the like.' })
      .optional(),
    CLIPSCRIBE_STORAGE_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_ADMIN_TOKEN: z
      .string()
      .regex(/^\S{32,}$/, 'It has 32 characters or more, and no blanks')
      .optional(),
    CLIPSCRIBE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    CLIPSCRIBE_SECRET_KEY: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'It is 32 bytes in hexadecimal, as `openssl rand -hex 32` makes them')
      .optional(),
    CLIPSCRIBE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    CLIPSCRIBE_MAIL_FROM: z
      .string()
      .regex(MAIL_FROM, 'Write it as NAME <user@host>, or user@host')
      .optional(),
    CLIPSCRIBE_ADMIN_EMAIL: z.email().optional(),
    CLIPSCRIBE_DAY_CEILING_USD: z.coerce.number().min(0).optional(),
    CLIPSCRIBE_MONTH_CEILING_USD: z.coerce.number().min(0).optional(),
    CLIPSCRIBE_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(30),
    CLIPSCRIBE_ALLOW_PRIVATE_ADDRESSES: z.stringbool().default(false),
    CLIPSCRIBE_ALLOW_LOCAL_FILES: z.stringbool().default(false),
    CLIPSCRIBE_CLIP_LOCATIONS: z
      .string()
      .regex(CLIP_LOCATIONS, { error: 'Write it as gs://BUCKET/{user}/,s3://BUCKET/PREFIX/ or the like.' })
      .optional(),
    CLIPSCRIBE_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(8790),
    CLIPSCRIBE_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
    CLIPSCRIBE_MODEL: z.string().min(1).default('base'),
    CLIPSCRIBE_HIGH_VALUE_MODEL: z.string().min(1).optional(),
    CLIPSCRIBE_HIGH_VALUE_WORDS: z.string().optional(),
    CLIPSCRIBE_LONG_ROUTE_FROM_SECONDS: z.coerce.number().positive().optional(),
    CLIPSCRIBE_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(4),
    CLIPSCRIBE_TRANSCRIPTION_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_TRANSCRIPTION_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_TRANSCRIPTION_PRICE: z.coerce.number().nonnegative().default(0),
    CLIPSCRIBE_SPEAKER_ENCODER_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_SPEAKER_ENCODER_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL: z.string().min(1).max(200).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL_PRICE: z
      .string()
      .regex(TOKEN_PRICE, { error: 'Write it as INPUT/OUTPUT, such as 0.30/2.50.' })
      .optional(),
    CLIPSCRIBE_TRANSLATE_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_TRANSLATE_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_MAX_DURATION_SECONDS: z.coerce
      .number()
      .positive()
      .default(24 * 3600),
    CLIPSCRIBE_MAX_DOWNLOAD_BYTES: z.coerce
      .number()
      .int()
      .positive()
      .default(64 * 1024 ** 3),
  })
  .superRefine((values, context) => {
    const { CLIPSCRIBE_LANGUAGE_MODEL: model, CLIPSCRIBE_LANGUAGE_MODEL_URL: url } = values;
    const fault = (name: keyof typeof values, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (values.CLIPSCRIBE_SMTP_URL !== undefined && values.CLIPSCRIBE_MAIL_FROM === undefined)
      fault('CLIPSCRIBE_MAIL_FROM', 'CLIPSCRIBE_SMTP_URL needs it.');
    if (model === undefined) {
      if (url !== undefined)
        fault('CLIPSCRIBE_LANGUAGE_MODEL', 'Name a model of CLIPSCRIBE_LANGUAGE_MODEL_URL.');
    } else if (url === undefined) {
      if (!PROVIDER_MODEL.test(model))
        fault(
          'CLIPSCRIBE_LANGUAGE_MODEL',
          'Write it as google/NAME, openai/NAME or mistral/NAME, or set CLIPSCRIBE_LANGUAGE_MODEL_URL.',
        );
      else if (values.CLIPSCRIBE_LANGUAGE_MODEL_KEY === undefined)
        fault('CLIPSCRIBE_LANGUAGE_MODEL_KEY', 'The provider of CLIPSCRIBE_LANGUAGE_MODEL wants a key.');
    }
  });

/** Secrets leave `process.env` once read, so that no child process inherits them. */
const SECRET_VARIABLES = [
  'CLIPSCRIBE_TOKEN',
  'CLIPSCRIBE_ADMIN_TOKEN',
  'CLIPSCRIBE_DATABASE_URL',
  'CLIPSCRIBE_SECRET_KEY',
  'CLIPSCRIBE_SMTP_URL',
  'CLIPSCRIBE_TRANSCRIPTION_KEY',
  'CLIPSCRIBE_SPEAKER_ENCODER_KEY',
  'CLIPSCRIBE_LANGUAGE_MODEL_KEY',
  'CLIPSCRIBE_TRANSLATE_KEY',
] as const;

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
  /** Encrypts the secrets of webhooks; undefined: the key that the API keeps in the home. */
  readonly secretKey: string | undefined;
  /** Where users reach the API; undefined: where it listens, if that is this machine. */
  readonly publicUrl: string | undefined;
  /** How mail is sent; undefined: none is. */
  readonly mail: MailSettings | undefined;
  /** Hears of failed jobs by mail. */
  readonly adminEmail: string | undefined;
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
  readonly transcription: (ModelServer & { readonly priceUsdPerMinute: number }) | undefined;
  /** A server that hears voices as ours does, with another model. */
  readonly speakerEncoder: ModelServer | undefined;
  /** Undefined: none, and steps that need one are left out or say so. */
  readonly languageModel: LanguageModelSettings | undefined;
  /** A LibreTranslate server. */
  readonly translation: ModelServer | undefined;
  /** Longer videos are refused. */
  readonly maximumDurationSeconds: number;
  readonly maximumDownloadBytes: number;
}

/** A list of everything that is wrong with the environment, one line per variable. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads and validates the settings.
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
    adminEmail: values.CLIPSCRIBE_ADMIN_EMAIL,
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
    languageModel: languageModel(values),
    translation: modelServer(values.CLIPSCRIBE_TRANSLATE_URL, values.CLIPSCRIBE_TRANSLATE_KEY),
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

function transcriptionServer(values: z.infer<typeof environmentSchema>): Settings['transcription'] {
  const server = modelServer(values.CLIPSCRIBE_TRANSCRIPTION_URL, values.CLIPSCRIBE_TRANSCRIPTION_KEY);
  return server && { ...server, priceUsdPerMinute: values.CLIPSCRIBE_TRANSCRIPTION_PRICE };
}

function languageModel(values: z.infer<typeof environmentSchema>): LanguageModelSettings | undefined {
  const { CLIPSCRIBE_LANGUAGE_MODEL: name, CLIPSCRIBE_LANGUAGE_MODEL_PRICE: price = '' } = values;
  if (name === undefined) return undefined;
  const groups = TOKEN_PRICE.exec(price)?.groups;
  return {
    name,
    url: values.CLIPSCRIBE_LANGUAGE_MODEL_URL,
    key: values.CLIPSCRIBE_LANGUAGE_MODEL_KEY,
    price: groups && { input: Number(groups['input']), output: Number(groups['output']) },
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
