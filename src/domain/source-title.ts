import type { SourceLocator } from './media.ts';
import { publicUrl } from './public-url.ts';

const MAX_TITLE_LENGTH = 300;
const UNTITLED = 'Untitled';

/** Control characters, and the invisible ones that turn the direction of text or join it. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu;

/** A title as strangers wrote it, on one line, without invisible characters, of bounded length. */
export const cleanTitle = (title: string): string =>
  [...title.normalize('NFC').replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim()]
    .slice(0, MAX_TITLE_LENGTH)
    .join('') || UNTITLED;

/** The title that a file name says: `board_meeting-2026.final.mp4` becomes `board meeting-2026.final`. */
export const titleFromFileName = (fileName: string): string =>
  cleanTitle(fileName.replace(/\.[a-z0-9]{2,5}$/i, '').replace(/_+/g, ' '));

/** What to call a video of which nothing is known yet but where it is; null where that says nothing. */
export function nameOfSource(source: SourceLocator): string | null {
  switch (source.kind) {
    case 'url':
      return publicUrl(source.url);
    case 'file':
      return titleFromFileName(source.path.replace(/^.*[\\/]/, ''));
    case 'upload':
      return titleFromFileName(source.fileName);
  }
}
