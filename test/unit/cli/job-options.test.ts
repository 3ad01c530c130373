import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import {
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
    'subtitles.maxLines=9',
    'subtitles.maxLines=',
    'subtitles.font=Arial',
    'subtitles=x',
    'subtitles.preset=tall',
  ])('--set %s is refused', (pair) => {
    expect(() => parse('--set', pair)).toThrow(CommanderError);
  });
});
