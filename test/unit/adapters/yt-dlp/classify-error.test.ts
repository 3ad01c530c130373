import { describe, expect, it } from 'vitest';
import { classifyError, explainFailure } from '../../../../src/adapters/yt-dlp/classify-error.ts';
import { ClipScribeError } from '../../../../src/domain/errors.ts';

/** Lines that yt-dlp 2026 writes, by site. */
const RECORDED: [string, string][] = [
  [
    'ERROR: [youtube] abc: Private video. Sign in if you’ve been granted access to this video',
    'VideoUnavailable',
  ],
  [
    'ERROR: [youtube] abc: Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies',
    'BotCheck',
  ],
  ["ERROR: [youtube] abc: Sign in to confirm you're not a bot.", 'BotCheck'],
  [
    'ERROR: [youtube] abc: Sign in to confirm your age. This video may be inappropriate for some users.',
    'VideoUnavailable',
  ],
  [
    'ERROR: [youtube] abc: Video unavailable. This video has been removed by the uploader',
    'VideoUnavailable',
  ],
  [
    'ERROR: [youtube] abc: Video unavailable. The uploader has not made this video available in your country',
    'VideoUnavailable',
  ],
  ['ERROR: [youtube] abc: This live event will begin in 3 hours.', 'LiveStream'],
  ['ERROR: [youtube] abc: Premieres in 2 days', 'LiveStream'],
  ['ERROR: [youtube] abc: Join this channel to get access to members-only content', 'VideoUnavailable'],
  ['ERROR: [vimeo] 1: This video is DRM protected', 'VideoUnavailable'],
  ['ERROR: [x] 1: This video is only available for registered users. Use --cookies', 'VideoUnavailable'],
  ['ERROR: [x] 1: This video is not available from your location due to geo restriction', 'VideoUnavailable'],
  ['ERROR: Unsupported URL: https://example.org/', 'UnsupportedSite'],
  ['ERROR: [generic] Unable to download webpage: HTTP Error 429: Too Many Requests', 'RateLimited'],
  [
    'ERROR: [generic] Unable to download webpage: HTTP Error 404: Not Found (caused by <HTTPError 404>)',
    'VideoUnavailable',
  ],
  [
    'ERROR: [generic] Got HTTP Error 403 caused by Cloudflare anti-bot challenge; try again with --impersonate',
    'BotCheck',
  ],
  ['ERROR: [generic] Unable to download webpage: HTTP Error 403: Forbidden', 'VideoUnavailable'],
  ['ERROR: [generic] Unable to download webpage: HTTP Error 503: Service Unavailable', 'NetworkFailure'],
  ['ERROR: unable to download video data: HTTP Error 403: Forbidden', 'NetworkFailure'],
  [
    "ERROR: [generic] Unable to download webpage: <urllib3...>: Failed to resolve 'x' ([Errno -2] Name or service not known)",
    'HostUnreachable',
  ],
  ['ERROR: [generic] Unable to download webpage: [Errno 111] Connection refused', 'HostUnreachable'],
  [
    "ERROR: [generic] Unable to download webpage: ('Connection aborted.', ConnectionResetError(104))",
    'NetworkFailure',
  ],
  ['ERROR: [generic] Unable to download webpage: The read operation timed out', 'NetworkFailure'],
  ['ERROR: unable to write data: [Errno 27] File too large', 'MediaTooLarge'],
  ['Traceback (most recent call last):\nKeyError: 3', 'ToolCrashed'],
];

describe('classifyError', () => {
  it.each(RECORDED)('reads %j as %s', (standardError, code) => {
    expect(classifyError(standardError).code).toBe(code);
  });

  it('repeats nothing of what yt-dlp wrote', () => {
    expect(classifyError('ERROR: Unsupported URL: https://example.org/?token=secret').message).not.toContain(
      'secret',
    );
  });
});

describe('explainFailure', () => {
  const refusal = (code: 'AddressBlocked' | 'HostUnreachable') => new ClipScribeError(code, 'by the proxy');

  it('lets a blocked address decide, whatever yt-dlp made of it', () => {
    expect(explainFailure('ERROR: HTTP Error 403: Forbidden', refusal('AddressBlocked')).code).toBe(
      'AddressBlocked',
    );
  });

  it('takes the reason of a broken connection from the proxy', () => {
    expect(explainFailure('ERROR: Remote end closed connection', refusal('HostUnreachable')).code).toBe(
      'HostUnreachable',
    );
  });

  it('believes the site before a failure on the side', () => {
    expect(explainFailure('ERROR: Private video', refusal('HostUnreachable')).code).toBe('VideoUnavailable');
  });
});
