import { describe, expect, it } from 'vitest';
import {
  AUDIO_FORMATS,
  CLIP_FORMATS,
  downloadArguments,
  locateArguments,
  metadataArguments,
  type CommandContext,
} from '../../../../src/adapters/yt-dlp/arguments.ts';

const context: CommandContext = {
  proxyUrl: 'http://a:b@127.0.0.1:1',
  nodePath: '/opt/node',
  socketTimeoutSeconds: 20,
};

describe.each([
  ['metadata', metadataArguments],
  ['download', (url: string, given: CommandContext) => downloadArguments(url, AUDIO_FORMATS, given)],
  ['looking for a clip', (url: string, given: CommandContext) => locateArguments(url, CLIP_FORMATS, given)],
])('the command line for %s', (_name, build) => {
  it('ends with the address, behind the end of the options', () => {
    expect(build('--exec=touch /tmp/x', context).slice(-2)).toEqual(['--', '--exec=touch /tmp/x']);
    expect(build('x', context).filter((argument) => argument === '--')).toHaveLength(1);
  });

  it('sends everything through the proxy and takes nothing from the host', () => {
    const line = build('https://example.org/', context).join(' ');
    expect(line).toContain('--proxy http://a:b@127.0.0.1:1');
    for (const option of ['--ignore-config', '--no-plugin-dirs', '--no-exec', '--no-cache-dir']) {
      expect(line).toContain(option);
    }
    expect(line).not.toMatch(
      /--(netrc|cookies|enable-file-urls|exec |write-|downloader aria2c|no-check-cert)/,
    );
  });

  it('runs scripts of sites with our own Node.js only', () => {
    expect(build('x', context).join(' ')).toContain('--no-js-runtimes --js-runtimes node:/opt/node');
  });
});
