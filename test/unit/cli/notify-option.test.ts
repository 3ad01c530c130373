import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { notifyOption, notifyWords, type Notify } from '../../../src/cli/notify-option.ts';

const parsed = (...words: string[]): Notify | undefined =>
  new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addOption(notifyOption())
    .parse(words, { from: 'user' })
    .opts<{ notify?: Notify }>().notify;

describe('--notify', () => {
  test('takes a mail address, a web address, or one of each', () => {
    expect(parsed()).toBeUndefined();
    expect(parsed('--notify', 'you@example.org')).toEqual({ notifyEmail: 'you@example.org' });
    const both = { notifyEmail: 'you@example.org', webhookUrl: 'https://example.org/hook' };
    expect(parsed('--notify', both.webhookUrl, '--notify', both.notifyEmail)).toEqual(both);
    expect(parsed(...notifyWords(both))).toEqual(both);
  });

  test.each(['you', 'ftp://example.org', 'mailto:you@example.org', ''])('refuses %j', (text) => {
    expect(() => parsed('--notify', text)).toThrow(/e-mail address, or an http/);
  });
});
