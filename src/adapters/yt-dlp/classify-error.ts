import { ClipScribeError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';

interface Cause {
  pattern: RegExp;
  code: ErrorCode;
  message: string;
}

/**
 * What yt-dlp writes to standard error, and what it means. First match counts, so the special stand before the
 * general. The texts are yt-dlp's own and those of large sites.
 */
const CAUSES: readonly Cause[] = [
  {
    pattern: /confirm you.{0,3}re not a (bot|robot)|anti-bot challenge|captcha|unusual traffic/i,
    code: 'BotCheck',
    message: 'The site wants proof that a person is asking.',
  },
  {
    pattern: /HTTP Error 429|Too Many Requests|rate.?limit/i,
    code: 'RateLimited',
    message: 'The site asks us to slow down.',
  },
  {
    pattern:
      /live event will begin|Premieres in|is_upcoming|live stream(ing)? (has not|hasn.t) (started|begun)|This live event has ended|does not pass filter \(?!?is_live/i,
    code: 'LiveStream',
    message: 'The video is a live stream that has not ended.',
  },
  {
    pattern: /DRM.protected|known to use DRM/i,
    code: 'VideoUnavailable',
    message: 'The video is protected by DRM.',
  },
  {
    pattern: /private video|video is private|set to private/i,
    code: 'VideoUnavailable',
    message: 'The video is private.',
  },
  {
    pattern: /confirm your age|age.restricted|inappropriate for some users/i,
    code: 'VideoUnavailable',
    message: 'The video is restricted by age.',
  },
  {
    pattern:
      /geo.?restrict|not (made )?(this video )?available (from|in) your (location|country|region)|blocked it in your country/i,
    code: 'VideoUnavailable',
    message: 'The video is not available in the country of this server.',
  },
  {
    pattern:
      /registered users|members.only|join this channel|login (is )?required|log.?in to|sign in|use --(cookies|username)|requires? (payment|purchase|a subscription)|subscribers|password.protected|HTTP Error 401/i,
    code: 'VideoUnavailable',
    message: 'The video is shown only to people who sign in.',
  },
  {
    // An address of the media that has run out; asking the page again gives a new one.
    pattern:
      /unable to download video data: HTTP Error 40[34]|fragment \d+ not found|Did not get any data blocks/i,
    code: 'NetworkFailure',
    message: 'The site stopped sending the media.',
  },
  {
    pattern:
      /video unavailable|has been (removed|deleted|terminated)|no longer available|does(n.t| not) exist|is not available/i,
    code: 'VideoUnavailable',
    message: 'The video was removed or is not available.',
  },
  { pattern: /HTTP Error (404|410)/, code: 'VideoUnavailable', message: 'There is nothing at this address.' },
  {
    pattern: /HTTP Error (403|451)/,
    code: 'VideoUnavailable',
    message: 'The site refuses to show this page.',
  },
  {
    pattern:
      /Unsupported URL|No video formats found|Unable to extract|is not a valid URL|No media found|Requested format is not available/i,
    code: 'UnsupportedSite',
    message: 'No video was found at this address.',
  },
  {
    pattern:
      /Name or service not known|nodename nor servname|No address associated|getaddrinfo failed|Failed to resolve|Connection refused/i,
    code: 'HostUnreachable',
    message: 'The host of the address cannot be found or reached.',
  },
  {
    pattern: /File too large|EFBIG|Errno 27/,
    code: 'MediaTooLarge',
    message: 'The media is larger than the limit.',
  },
  {
    pattern:
      /timed out|HTTP Error (408|425|5\d\d)|Connection (reset|aborted)|Remote end closed|IncompleteRead|bytes read, \d+ more expected|SSL|Unable to download|RemoteDisconnected|Tunnel connection failed|Unable to connect to proxy|transport error/i,
    code: 'NetworkFailure',
    message: 'The connection to the site broke or timed out.',
  },
];

/**
 * The error of a run that failed, without yt-dlp's own words: they name addresses with their secrets. Unknown
 * trouble is tried again, with few tries.
 */
export const classifyError = (standardError: string): ClipScribeError => {
  const cause = CAUSES.find(({ pattern }) => pattern.test(standardError));
  return cause === undefined
    ? new ClipScribeError('ToolCrashed', 'yt-dlp failed for a reason that is not known.')
    : new ClipScribeError(cause.code, cause.message);
};

/** Codes that say no more than "no connection", which the proxy can tell the reason of. */
const CONNECTION_CODES = new Set<ErrorCode>(['NetworkFailure', 'HostUnreachable', 'ToolCrashed']);
/** Refusals of the proxy that decide the outcome, whatever yt-dlp made of them. */
const DECISIVE_REFUSALS = new Set<ErrorCode>(['AddressBlocked', 'InvalidUrl']);

/** Joins what yt-dlp says and what the proxy knows. */
export const explainFailure = (
  standardError: string,
  refusal: ClipScribeError | undefined,
): ClipScribeError => {
  if (refusal !== undefined && DECISIVE_REFUSALS.has(refusal.code)) return refusal;
  const failure = classifyError(standardError);
  return CONNECTION_CODES.has(failure.code) ? (refusal ?? failure) : failure;
};
