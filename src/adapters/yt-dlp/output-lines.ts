import { z } from 'zod';
import type { DownloadProgress } from '../../ports/video-source.ts';
import { LINE_PREFIXES } from './arguments.ts';

/** What yt-dlp tells while it downloads. */
export type OutputLine =
  /** The format is chosen, the download begins. */
  | { kind: 'chosen'; isLive: boolean; expectedBytes: number | null }
  /** Bytes arrive; `growingPath` where they do, relative to the working folder. */
  | { kind: 'progress'; progress: DownloadProgress; growingPath: string | null }
  | { kind: 'saved'; filePath: string };

const bytesSchema = z.number().nonnegative().transform(Math.round).nullish();

const chosenSchema = z.object({
  is_live: z.boolean().nullish(),
  filesize: bytesSchema,
  filesize_approx: bytesSchema,
});

const progressSchema = z.object({
  status: z.string(),
  downloaded_bytes: bytesSchema,
  total_bytes: bytesSchema,
  total_bytes_estimate: bytesSchema,
  tmpfilename: z.string().nullish(),
});

/** Reads one line of standard output; undefined for lines that are not ours or not whole. */
export const parseOutputLine = (line: string): OutputLine | undefined => {
  const kinds = Object.entries(LINE_PREFIXES) as [OutputLine['kind'], string][];
  const found = kinds.find(([, prefix]) => line.startsWith(prefix));
  if (found === undefined) return undefined;
  const [kind, prefix] = found;
  try {
    return parseKind(kind, JSON.parse(line.slice(prefix.length)));
  } catch {
    return undefined;
  }
};

const parseKind = (kind: OutputLine['kind'], value: unknown): OutputLine => {
  switch (kind) {
    case 'chosen': {
      const { is_live, filesize, filesize_approx } = chosenSchema.parse(value);
      return { kind, isLive: is_live === true, expectedBytes: filesize ?? filesize_approx ?? null };
    }
    case 'progress': {
      const { status, downloaded_bytes, total_bytes, total_bytes_estimate, tmpfilename } =
        progressSchema.parse(value);
      const totalBytes = total_bytes ?? total_bytes_estimate ?? null;
      return {
        kind,
        progress: { receivedBytes: downloaded_bytes ?? 0, totalBytes },
        growingPath: status === 'downloading' ? (tmpfilename ?? null) : null,
      };
    }
    case 'saved':
      return { kind, filePath: z.string().min(1).parse(value) };
  }
};
