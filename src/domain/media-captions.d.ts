/**
 * The part of media-captions that is used here. The package's own types import without file endings, which Node's
 * module resolution does not find.
 */
declare module 'media-captions' {
  export interface VTTCue {
    startTime: number;
    endTime: number;
    text: string;
  }
  export type VTTNode =
    | { type: 'text'; data: string }
    | { type: 'v'; voice: string; children: VTTNode[] }
    | { type: 'c' | 'i' | 'b' | 'u' | 'ruby' | 'rt' | 'lang' | 'timestamp'; children: VTTNode[] };
  export const ParseErrorCode: { readonly BadTimestamp: number };
  export function parseText(
    text: string,
    options: { type: 'srt' | 'vtt'; errors: true },
  ): Promise<{ cues: VTTCue[]; errors: { code: number; line: number }[] }>;
  /** Seconds; null where it cannot be read. */
  export function parseVTTTimestamp(timestamp: string): number | null;
  export function tokenizeVTTCue(cue: VTTCue): VTTNode[];
}
