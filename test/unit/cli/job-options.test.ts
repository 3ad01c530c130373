import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
  anySetOption,
  jobSettingOptions,
  settingsOf,
  settingWords,
  type SettingFlags,
} from '../../../src/cli/job-options.ts';

function parse(...words: string[]): SettingFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const option of jobSettingOptions()) command.addOption(option);
  return command.parse(words, { from: 'user' }).opts<SettingFlags>();
}

describe('settings of a job of any kind', () => {
  const parseAny = (...words: string[]): unknown => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    return command.addOption(anySetOption()).parse(words, { from: 'user' }).opts<SettingFlags>().set;
  };

  test('are those of videos, reels and proposals', () => {
    expect(parseAny('--set', 'subtitles=burned', '--set', 'crossfadeSeconds=0.5')).toEqual({
      subtitles: 'burned',
      crossfadeSeconds: 0.5,
    });
    expect(parseAny('--set', 'lengthSeconds=90', '--set', 'model=local')).toEqual({
      lengthSeconds: 90,
      model: 'local',
    });
    expect(parseAny('--set', 'speakers.minimum=2', '--set', 'speakers.maximum=3')).toEqual({
      speakers: { minimum: 2, maximum: 3 },
    });
  });

  test.each(['compression=none', 'crossfadeSeconds=6', 'lengthSeconds=5', 'framing.way=fit'])(
    '--set %s is refused',
    (pair) => expect(() => parseAny('--set', pair)).toThrow(CommanderError),
  );
});

describe('settings of a job', () => {
  test('members of a group add up, and an option of its own goes before --set', () => {
    const flags = parse(
      ...['--set', 'subtitles.maxLines=1', '--set', 'subtitles.preset=standard'],
      ...['--set', 'concurrency=2', '--subtitles', 'shorts', '--model', 'tiny'],
    );
    expect(settingsOf(flags)).toEqual({
      concurrency: 2,
      model: 'tiny',
      subtitles: { maxLines: 1, preset: 'shorts' },
    });
  });

  test('a model whose name is a number stays a name', () => {
    expect(settingsOf(parse('--set', 'model=3'))).toEqual({ model: '3' });
  });

  test('the words for settings give the same settings again', () => {
    const settings = settingsOf(
      parse('--language', 'ja', '--subtitles', 'shorts', '--set', 'subtitles.minGapSeconds=0.2'),
    );
    expect(settingsOf(parse(...settingWords(settings)))).toEqual(settings);
  });

  test('languages to translate into are a list', () => {
    expect(settingsOf(parse('--translate', 'de, pt-BR'))).toEqual({ translateTo: ['de', 'pt-BR'] });
    expect(settingWords({ translateTo: ['de', 'pt-BR'] })).toEqual(['--set', 'translateTo=de,pt-BR']);
  });

  test.each([
    'translateTo=DE',
    'translateTo=de,de',
    'translateTo=qx',
    'language=xx',
    'language=English',
    'subtitles.maxLines=9',
    'subtitles.maxLines=',
    'subtitles.font=Arial',
    'subtitles=x',
    'subtitles.preset=tall',
  ])('--set %s is refused', (pair) => {
    expect(() => parse('--set', pair)).toThrow(CommanderError);
  });
});
