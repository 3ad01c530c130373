/** The part of w3c/webvtt.js that tests use; the package has no types. */
declare module 'webvtt-parser' {
  export interface WebVttNode {
    type: string;
    name?: string;
    value?: string;
    children?: WebVttNode[];
  }
  export class WebVTTParser {
    constructor(entities: Record<string, string>);
    parse(
      input: string,
      mode: 'captions',
    ): { cues: { startTime: number; endTime: number; tree: WebVttNode }[]; errors: unknown[] };
  }
}
