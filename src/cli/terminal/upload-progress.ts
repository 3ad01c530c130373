import type { OnUploadProgress } from '../api/upload-file.ts';
import { plain } from './draw.ts';
import { isLive, type Terminal } from './terminal.ts';

/** Tells how far an upload is: in place on a terminal, else one line when it begins. */
export function uploadProgress({ stderr }: Terminal, name: string): OnUploadProgress {
  let told = -1;
  return (sentBytes, totalBytes) => {
    const percent = Math.floor((100 * sentBytes) / totalBytes);
    if (percent === told) return;
    const text = `Uploading ${plain(name)} …`;
    if (isLive(stderr)) stderr.write(`\r${text} ${percent} %${percent === 100 ? '\n' : ''}`);
    else if (told === -1) stderr.write(`${text}\n`);
    told = percent;
  };
}
