import { fileTypeFromBuffer } from 'file-type';

/** What the first answer of a host tells of a resource. */
export interface FirstImpression {
  contentType: string | null;
  /** The path of the URL, or the name that the host gives the file. */
  name: string;
  head: Uint8Array;
}

/** Lists of further addresses; yt-dlp follows those, behind the same proxy. */
const MANIFEST_TYPE = /mpegurl|dash\+xml|vnd\.ms-sstr|f4m/i;
const MEDIA_TYPE = /^(audio|video)\//i;
const MEDIA_EXTENSION =
  /\.(mp4|m4v|m4a|m4b|mov|3gp|3g2|mkv|mka|webm|ts|m2ts|mts|mpg|mpeg|vob|avi|wmv|wma|asf|flv|mxf|mp3|aac|ogg|oga|ogv|opus|flac|wav|w64|aif|aiff|caf|amr|ac3|eac3)$/i;
/** Media types of file-type that neither begin with `audio/` nor `video/`. */
const MEDIA_CONTAINERS = new Set(['application/ogg', 'application/mxf', 'application/vnd.ms-asf']);

/**
 * Whether a resource is itself a media file, as opposed to a page or playlist that leads to one. Its bytes count
 * before what the host calls it; a file that the host serves as audio or video stays one though it is damaged,
 * so that the user reads that it is damaged.
 */
export const isMediaFile = async ({ contentType, name, head }: FirstImpression): Promise<boolean> => {
  if (contentType !== null && MANIFEST_TYPE.test(contentType)) return false;
  if (Buffer.from(head.subarray(0, 7)).toString('latin1') === '#EXTM3U') return false;
  const detected = await fileTypeFromBuffer(head);
  if (detected !== undefined) return MEDIA_TYPE.test(detected.mime) || MEDIA_CONTAINERS.has(detected.mime);
  if (contentType !== null && MEDIA_TYPE.test(contentType)) return true;
  // An empty file has no bytes to judge by.
  return head.length === 0 && MEDIA_EXTENSION.test(name);
};

/** Whether the bytes begin an ISO base media file (MP4, MOV, M4A, 3GP), which keeps an index of its samples. */
export const isIsoMedia = (head: Uint8Array): boolean =>
  ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(
    Buffer.from(head.subarray(4, 8)).toString('latin1'),
  );
