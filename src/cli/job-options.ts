import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { changedSettings, askedSettingsSchema, type JobSettings } from '../domain/job.ts';
import { proposalSettingsSchema } from '../domain/proposal.ts';
import { reelSettingsSchema } from '../domain/reel.ts';
import { SUBTITLE_PRESETS, type SubtitleSettings } from '../domain/subtitle-settings.ts';

/** Options that several commands share. Values are checked by the schema that the API checks by. */

/** What the options below leave behind. */
export interface SettingFlags {
  language?: string;
  model?: string;
  speakers?: number;
  minSpeakers?: number;
  maxSpeakers?: number;
  translate?: string[];
  subtitles?: NonNullable<SubtitleSettings['preset']>;
  downloadHere?: boolean;
  set?: JobSettings;
}

export const languageOption = (): Option =>
  new Option(
    '-l, --language <code>',
    'spoken language, such as en; multi for several in turn; detected when absent',
  ).argParser((value) => checked('language', value));

export const modelOption = (): Option =>
  new Option('-m, --model <name>', 'transcription model').argParser((value) => checked('model', value));

/** How many people speak, where one knows. */
export const speakerOptions = (): Option[] =>
  (
    [
      ['--speakers <number>', 'how many people speak; found by ear when absent', 'exactly'],
      ['--min-speakers <number>', 'at least so many people speak', 'minimum'],
      ['--max-speakers <number>', 'at most so many people speak', 'maximum'],
    ] as const
  ).map(([flags, description, member]) =>
    new Option(flags, description).argParser((value) => checked(`speakers.${member}`, value)),
  );

export const translateOption = (): Option =>
  new Option(
    '-t, --translate <codes>',
    'languages for translated transcripts and subtitles, such as de,pt-BR',
  ).argParser((value) => checked('translateTo', value));

export const subtitlesOption = (): Option =>
  new Option('--subtitles <preset>', 'how subtitles are set; details by --set subtitles.…').choices(
    SUBTITLE_PRESETS,
  );

export const priorityOption = (): Option =>
  new Option('-p, --priority <1-10>', '10 is the most urgent').argParser((text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 10)
      throw new InvalidArgumentError('It is a whole number from 1 to 10.');
    return value;
  });

export const jsonOption = (): Option => new Option('--json', 'print JSON');

/** `--set name=value` of a video, as often as one likes. */
export const setOption = (): Option =>
  new Option('--set <name=value>', `change a setting: ${namesOf(SETTINGS)}`).argParser(settingOf(SETTINGS));

/** The same of a job of any kind; which settings its kind has, the API knows. */
export const anySetOption = (): Option =>
  new Option(
    '--set <name=value>',
    `change a setting; of a video: ${namesOf(SETTINGS)}; of a reel: ${namesOf(REEL_SETTINGS)}; of a proposal: ${namesOf(PROPOSAL_SETTINGS)}`,
  ).argParser(settingOf({ ...PROPOSAL_SETTINGS, ...REEL_SETTINGS, ...SETTINGS }));

const settingOf =
  (settings: SettingSchemas) =>
  (pair: string, before: JobSettings | undefined): JobSettings => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new InvalidArgumentError('Write it as name=value.');
    const name = pair.slice(0, equals);
    return withSetting(before ?? {}, name, checked(name, pair.slice(equals + 1), settings));
  };

const downloadHereOption = (): Option =>
  new Option(
    '--download-here',
    'have a download worker on a machine of yours fetch the video, never the server',
  );

/** All that can be said about a new job. */
export const jobSettingOptions = (): Option[] => [
  languageOption(),
  modelOption(),
  ...speakerOptions(),
  translateOption(),
  subtitlesOption(),
  downloadHereOption(),
  setOption(),
];

/** The settings that a command line asks for; an option of its own goes before `--set`. */
export const settingsOf = ({
  language,
  model,
  speakers: exactly,
  minSpeakers: minimum,
  maxSpeakers: maximum,
  translate,
  subtitles,
  downloadHere,
  set,
}: SettingFlags): JobSettings =>
  changedSettings(set ?? {}, {
    ...(language === undefined ? {} : { language }),
    ...(model === undefined ? {} : { model }),
    ...(exactly === undefined && minimum === undefined && maximum === undefined
      ? {}
      : { speakers: { ...set?.speakers, exactly, minimum, maximum } }),
    ...(translate === undefined ? {} : { translateTo: translate }),
    ...(subtitles === undefined ? {} : { subtitles: { preset: subtitles } }),
    ...(downloadHere === true ? { download: 'worker' as const } : {}),
  });

/** The words of a command line that ask for these settings. */
export const settingWords = (settings: JobSettings): string[] =>
  Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).flatMap(([member, inner]) => ['--set', `${name}.${member}=${inner}`])
      : ['--set', `${name}=${value}`],
  );

/** Settings by the names that `--set` knows them by: members of a group as `group.member`. */
type SettingSchemas = Readonly<Record<string, z.ZodType>>;

const schemasOf = (settings: z.ZodObject): SettingSchemas =>
  Object.fromEntries(
    Object.entries(settings.shape).flatMap(([name, schema]): [string, z.ZodType][] => {
      const inner = given(schema);
      return inner instanceof z.ZodObject
        ? Object.entries(inner.shape).map(([member, each]) => [`${name}.${member}`, each as z.ZodType])
        : [[name, inner]];
    }),
  );

/** What a setting has to be where it is given. */
const given = (schema: unknown): z.ZodType =>
  (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : schema) as z.ZodType;

const SETTINGS = schemasOf(askedSettingsSchema);
const REEL_SETTINGS = schemasOf(reelSettingsSchema);
const PROPOSAL_SETTINGS = schemasOf(proposalSettingsSchema);

const namesOf = (settings: SettingSchemas): string => Object.keys(settings).join(', ');

function checked(name: string, text: string, settings: SettingSchemas = SETTINGS): unknown {
  const schema = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (schema === undefined) throw new InvalidArgumentError(`There is no setting "${name}".`);
  // Lists are written with commas.
  const asText = schema.safeParse(schema instanceof z.ZodArray ? text.split(',').map(trimmed) : text);
  if (asText.success) return asText.data;
  const asNumber = text.trim() === '' ? asText : schema.safeParse(Number(text));
  if (asNumber.success) return asNumber.data;
  throw new InvalidArgumentError(
    (Number.isNaN(Number(text)) ? asText : asNumber).error.issues.map(({ message }) => message).join('; '),
  );
}

const trimmed = (text: string): string => text.trim();

/** With one more setting; a member of a group joins those that were given before. */
function withSetting(before: JobSettings, name: string, value: unknown): JobSettings {
  const [group = name, member] = name.split('.');
  if (member === undefined) return { ...before, [group]: value };
  return { ...before, [group]: { ...before[group as 'speakers' | 'subtitles'], [member]: value } };
}
