import { z } from 'zod';
import { pricesSchema, sumSchema, tokenPriceSchema } from './prices.ts';

/** Scheme, bucket, and a prefix of parts that are keys of the store (src/domain/artifact-key.ts). */
export const STORAGE_URL =
  /^(?<kind>gs|s3):\/\/(?<bucket>[a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(?:\/(?<prefix>[\w=@+-][\w.=@+-]*(?:\/[\w=@+-][\w.=@+-]*)*))?\/?$/;

/** A provider that the AI SDK knows by itself, and a model of it. */
const PROVIDER_MODEL = /^(google|openai|mistral)\/./;

/** `clips@example.org`, or `ClipScribe <clips@example.org>`. */
const MAIL_FROM = /^(?:[^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;

/** Parts of buckets, separated by commas. */
const CLIP_LOCATIONS = /^\s*(gs|s3):\/\/[^,\s]+(\s*,\s*(gs|s3):\/\/[^,\s]+)*\s*$/;

/** Mail addresses, separated by commas. */
const mailListSchema = z
  .string()
  .transform((list) => list.split(',').map((address) => address.trim()))
  .pipe(z.array(z.email('It is one mail address, or several with commas between them')));

/**
 * The environment's variables that are settings; docs/settings.md describes each. Temporal's own names
 * (TEMPORAL_ADDRESS …) are read by temporal.ts.
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
    CLIPSCRIBE_ADMIN_EMAIL: mailListSchema.optional(),
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
    CLIPSCRIBE_TRANSCRIPTION_PRICE: pricesSchema(sumSchema).optional(),
    CLIPSCRIBE_SPEAKER_ENCODER_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_SPEAKER_ENCODER_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_SPEAKER_ENCODER_FILE: z.string().min(1).optional(),
    CLIPSCRIBE_SPEAKER_ENCODER_SIMILARITY: z.coerce.number().gt(0).lt(1).default(0.37),
    CLIPSCRIBE_LANGUAGE_MODEL: z.string().min(1).max(200).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_LANGUAGE_MODEL_PRICE: pricesSchema(tokenPriceSchema).optional(),
    CLIPSCRIBE_TRANSLATE_URL: z.url({ protocol: /^https?$/ }).optional(),
    CLIPSCRIBE_TRANSLATE_KEY: z.string().min(1).optional(),
    CLIPSCRIBE_COOKIES_FILE: z.string().min(1).optional(),
    CLIPSCRIBE_DOWNLOAD_PROXY: z.url({ protocol: /^(https?|socks[45]h?)$/ }).optional(),
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
    if (
      values.CLIPSCRIBE_SPEAKER_ENCODER_FILE !== undefined &&
      values.CLIPSCRIBE_SPEAKER_ENCODER_URL !== undefined
    )
      fault('CLIPSCRIBE_SPEAKER_ENCODER_FILE', 'Set it or CLIPSCRIBE_SPEAKER_ENCODER_URL, not both.');
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
export const SECRET_VARIABLES = [
  'CLIPSCRIBE_TOKEN',
  'CLIPSCRIBE_ADMIN_TOKEN',
  'CLIPSCRIBE_DATABASE_URL',
  'CLIPSCRIBE_SECRET_KEY',
  'CLIPSCRIBE_SMTP_URL',
  'CLIPSCRIBE_TRANSCRIPTION_KEY',
  'CLIPSCRIBE_SPEAKER_ENCODER_KEY',
  'CLIPSCRIBE_LANGUAGE_MODEL_KEY',
  'CLIPSCRIBE_TRANSLATE_KEY',
  'CLIPSCRIBE_DOWNLOAD_PROXY',
] as const;

export type EnvironmentValues = z.infer<typeof environmentSchema>;
