import { InvalidArgumentError, Option } from 'commander';
import { jobSettingsSchema, type JobSettings } from '../domain/job.ts';

/** Options that several commands share. Values are checked by the schema that the API checks by. */

export const languageOption = (): Option =>
  new Option('-l, --language <code>', 'spoken language, such as en; detected when absent').argParser(
    (value) => checked('language', value),
  );

export const modelOption = (): Option =>
  new Option('-m, --model <name>', 'transcription model').argParser((value) => checked('model', value));

export const jsonOption = (): Option => new Option('--json', 'print JSON');

/** `--set name=value`, as often as one likes. */
export const setOption = (): Option =>
  new Option(
    '--set <name=value>',
    `change a setting: ${Object.keys(jobSettingsSchema.shape).join(', ')}`,
  ).argParser((pair: string, before: JobSettings | undefined): JobSettings => {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new InvalidArgumentError('Write it as name=value.');
    const name = pair.slice(0, equals);
    if (!isSetting(name)) throw new InvalidArgumentError(`There is no setting "${name}".`);
    return { ...before, [name]: checked(name, pair.slice(equals + 1)) };
  });

type SettingName = keyof JobSettings;

const isSetting = (name: string): name is SettingName => Object.hasOwn(jobSettingsSchema.shape, name);

function checked(name: SettingName, text: string): unknown {
  const value = name === 'concurrency' ? Number(text) : text;
  const parsed = jobSettingsSchema.shape[name].safeParse(value);
  if (!parsed.success)
    throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
  return parsed.data;
}
