import { ClipScribeError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';

interface Kind {
  code: ErrorCode & ('CorruptMedia' | 'UnsupportedMedia');
  name: string;
  matches: (head: Uint8Array, text: string) => boolean;
}

const startsWith =
  (...signature: number[]) =>
  (head: Uint8Array): boolean =>
    signature.every((byte, index) => head[index] === byte);

const textMatches =
  (pattern: RegExp) =>
  (_head: Uint8Array, text: string): boolean =>
    pattern.test(text);

/** UTF-8 without control characters but white space. */
const isText = (head: Uint8Array): boolean => {
  try {
    // `stream`: the last character may be cut.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return !/[^\P{Cc}\t\n\r]/u.test(text);
  } catch {
    return false;
  }
};

/**
 * What people take for a video by mistake, most often an error page saved under the video's name. First match counts.
 */
const KINDS: readonly Kind[] = [
  { code: 'UnsupportedMedia', name: 'an HLS playlist', matches: textMatches(/^#EXTM3U/) },
  { code: 'UnsupportedMedia', name: 'a DASH manifest', matches: textMatches(/^(<\?xml[^>]*>\s*)?<MPD[\s>]/) },
  { code: 'UnsupportedMedia', name: 'a playlist', matches: textMatches(/^(ffconcat version|\[playlist\])/i) },
  {
    code: 'CorruptMedia',
    name: 'an HTML page',
    matches: textMatches(/^(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b/is),
  },
  { code: 'CorruptMedia', name: 'an XML document', matches: textMatches(/^<\?xml\b/) },
  { code: 'CorruptMedia', name: 'a PDF document', matches: textMatches(/^%PDF-/) },
  { code: 'CorruptMedia', name: 'a ZIP archive', matches: startsWith(0x50, 0x4b, 0x03, 0x04) },
  { code: 'CorruptMedia', name: 'a gzip archive', matches: startsWith(0x1f, 0x8b) },
  { code: 'CorruptMedia', name: 'a JPEG picture', matches: startsWith(0xff, 0xd8, 0xff) },
  { code: 'CorruptMedia', name: 'a PNG picture', matches: startsWith(0x89, 0x50, 0x4e, 0x47) },
  { code: 'CorruptMedia', name: 'a text file', matches: isText },
];

/**
 * Says what a file is when its first bytes show that it is no media at all, so that the user reads "an HTML page"
 * and not "invalid data".
 *
 * @throws ClipScribeError `CorruptMedia`, `UnsupportedMedia`
 */
export const refuseNotMedia = (head: Uint8Array): void => {
  const text = new TextDecoder('utf-8').decode(head).trimStart();
  const kind = KINDS.find((candidate) => candidate.matches(head, text));
  if (kind !== undefined) {
    throw new ClipScribeError(kind.code, `The file is ${kind.name}, not audio or video.`);
  }
};
