import { z } from '@hono/zod-openapi';
import { askedSettingsSchema } from '../../domain/job.ts';

/** OpenAI's names, which clients send because they must send one: they mean the installation's own choice. */
export const MODEL_ALIASES: readonly string[] = [
  'whisper-1',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'gpt-4o-transcribe-diarize',
];

const unsupported = (name: string) =>
  z.undefined({ error: `${name} is not supported here; leave it out.` }).optional();

/** The formats whose events OpenAI has. */
const STREAMED_FORMATS: readonly string[] = ['json', 'text', 'diarized_json'];

/** The fields of the form beside the file. Others that OpenAI knows are taken and change nothing. */
const fieldsSchema = z.object({
  model: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: `An installed model; ${MODEL_ALIASES.join(', ')} mean the installation's choice.` }),
  language: askedSettingsSchema.shape.language.meta({
    description: 'ISO 639 code of the spoken language, or `multi`; detected when absent.',
  }),
  response_format: z.enum(['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json']).default('json'),
  timestamp_granularities: z
    .array(z.enum(['word', 'segment']))
    .default(['segment'])
    .meta({
      description: 'What `verbose_json` lists. Sent as `timestamp_granularities[]`.',
    }),
  prompt: z.string().optional().meta({ description: 'Taken, and not used.' }),
  temperature: z.string().optional().meta({ description: 'Taken, and not used.' }),
  stream: z
    .enum(['true', 'false'])
    .optional()
    .meta({
      description: `Whether the text comes as events while it comes into being: with ${STREAMED_FORMATS.join(', ')}.`,
    }),
  known_speaker_names: unsupported('known_speaker_names'),
  known_speaker_references: unsupported('known_speaker_references'),
});

/** As sent; a stream has no place for subtitles, nor for the times of `verbose_json`. */
export const transcriptionFieldsSchema = fieldsSchema.refine(
  ({ stream, response_format }) => stream !== 'true' || STREAMED_FORMATS.includes(response_format),
  { path: ['stream'], error: `Only ${STREAMED_FORMATS.join(', ')} can be streamed.` },
);
export type TranscriptionFields = z.infer<typeof transcriptionFieldsSchema>;

const LISTS: ReadonlySet<string> = new Set(['timestamp_granularities']);

/** The fields as sent, in the shape that the schema reads. A field that comes twice counts once, the last. */
export const fieldsOf = (
  sent: ReadonlyMap<string, string[]>,
): Record<string, string | string[] | undefined> =>
  Object.fromEntries([...sent].map(([name, values]) => [name, LISTS.has(name) ? values : values.at(-1)]));

/** The form for the OpenAPI document. It is read as it arrives, so no validator of the router may read it before. */
export function formSchema(): object {
  const { properties, required, ...schema } = z.toJSONSchema(fieldsSchema, {
    io: 'input',
    unrepresentable: 'any',
  });
  const { timestamp_granularities, known_speaker_names, known_speaker_references, ...rest } =
    properties ?? {};
  void [known_speaker_names, known_speaker_references];
  return {
    ...{ type: schema.type, required: ['file', ...(required ?? [])] },
    properties: {
      file: { type: 'string', format: 'binary', description: 'Audio or video.' },
      ...rest,
      'timestamp_granularities[]': timestamp_granularities,
    },
  };
}
