import type { ByteRange } from './artifact-store.ts';
import type { ClipFacts, Loudness } from '../domain/reel-clip.ts';
import type { ReelFormat, ReelPart } from '../domain/reel-part.ts';
import type { ReelSettings } from '../domain/reel.ts';

/** A stretch of a source; `end` null: to its end. Seconds. */
export interface SourceSpan {
  start: number;
  end: number | null;
}

/** A clip's file on this host. It may hold nothing but holes outside of the stretch that the reel needs. */
export interface ClipFile {
  filePath: string;
  facts: ClipFacts;
}

/** How far ffmpeg is, by its own count: seconds of the part or reel that are written. */
export interface WrittenSeconds {
  seconds: number;
  /** Times real time; null while not known. */
  speed: number | null;
}

export interface EncodeOrder {
  part: ReelPart;
  format: ReelFormat;
  settings: ReelSettings;
  /** Files of the clips that the part names, by their numbers. */
  files: ReadonlyMap<number, ClipFile>;
  /** Advanced SubStation Alpha, on the clock of the part: what is drawn over the picture. Null: nothing. */
  overlay: string | null;
}

/** What a part was encoded to: files in the work directory. */
export interface EncodedPart {
  /** Null where the clip's own picture is copied. */
  videoPath: string | null;
  audioPath: string;
  /** What this ffmpeg cannot do, for users. */
  notices: string[];
}

export interface JoinOrder {
  format: ReelFormat;
  parts: readonly {
    /** A clip's own file, or an encoded picture. */
    videoPath: string;
    /** Whether it is a clip's own file. */
    isClip: boolean;
    frames: number;
    /** Null: the clip's own sound goes with its picture. */
    audioPath: string | null;
  }[];
  /** SubRip of the whole reel and its language (ISO 639-2), as a track of the file. */
  subtitles: { text: string; language: string } | null;
}

export interface ReelToolOptions {
  /** Files are made here, and nowhere else, under names of the tool's own. */
  workDirectory: string;
  signal: AbortSignal;
  /** Called at least every few seconds while ffmpeg writes. */
  onProgress: (progress: WrittenSeconds) => void;
}

/**
 * Looks into clips and makes reels of them. Inputs are hostile: only whitelisted demuxers, local files, no network.
 *
 * All calls throw ClipScribeError `CorruptMedia`, `UnsupportedMedia`, `FileNotFound` (final), `ToolMissing`,
 * `ToolCrashed`, `OutOfMemory`, `DiskFull`.
 */
export interface ReelTool {
  /** What a clip is. `CorruptMedia` also where it has no picture. */
  describe(filePath: string, options: { signal: AbortSignal }): Promise<ClipFacts>;
  /**
   * Where in an indexed file (MP4, MOV) the bytes lie that a stretch needs, from the key picture before it on, and of
   * each track so many packets (or a few seconds) behind its end. Works on a sparse copy that holds little more than
   * the index.
   */
  locateStretch(
    filePath: string,
    span: SourceSpan,
    options: { packetsBehind: number; signal: AbortSignal },
  ): Promise<ByteRange[]>;
  /**
   * Reads a stretch to its end, decoding its key pictures where it goes on to the end of the source.
   *
   * @param options.measuresLoudness decodes the sound, too
   * @returns how loud it is; null where that is not measured, or there is no sound
   * @throws `CorruptMedia` where it breaks off or much of it cannot be decoded
   */
  examine(
    file: ClipFile,
    span: SourceSpan,
    options: { measuresLoudness: boolean; signal: AbortSignal },
  ): Promise<Loudness | null>;
  /** Makes the picture and the sound of one part, exactly as many pictures as it has and as long in sound. */
  encode(order: EncodeOrder, options: ReelToolOptions): Promise<EncodedPart>;
  /** Joins parts without encoding their picture; sound is encoded where it is not a clip's own. @returns the file */
  join(order: JoinOrder, options: ReelToolOptions): Promise<string>;
}
