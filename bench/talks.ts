import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tools } from '../test/support/tools.ts';
import { readManifest } from './manifest.ts';

/** Audio with the text that is spoken in it. */
export interface ReferenceTalk {
  path: string;
  durationSeconds: number;
  text: string;
}

/**
 * The longest English recording with a reference text in a folder of media (`manifest.json` in it), repeated up
 * to at least `seconds`, as an MP4 with a picture: what a user would bring.
 */
export function repeatedTalk(mediaFolder: string, seconds: number, folder: string): ReferenceTalk {
  const talk = readManifest(mediaFolder)
    .flatMap(({ file, duration_s: durationSeconds, language, reference_text: text }) =>
      language === 'en' && durationSeconds && text ? [{ file, durationSeconds, text }] : [],
    )
    .reduce((longest, entry) => (entry.durationSeconds > longest.durationSeconds ? entry : longest));
  const repeats = Math.ceil(seconds / talk.durationSeconds);
  const path = join(folder, `talk-${repeats}.mp4`);
  execFileSync(tools.ffmpeg, [
    ...[
      '-nostdin',
      '-v',
      'error',
      '-y',
      '-stream_loop',
      String(repeats - 1),
      '-i',
      join(mediaFolder, talk.file),
    ],
    ...[
      '-f',
      'lavfi',
      '-i',
      'color=c=gray:s=320x180:r=5',
      '-shortest',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    ],
    ...['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', path],
  ]);
  const text = Array.from({ length: repeats }, () => talk.text).join(' ');
  return { path, durationSeconds: repeats * talk.durationSeconds, text };
}
