import { picturesPerSecond } from './frame-rate.ts';
import type { Proposal } from './proposal.ts';
import type { Rational } from './reel-clip.ts';

/** A stretch of the source in whole pictures; `end` is not included. */
export interface Cut {
  start: number;
  end: number;
  title: string;
  reason: string;
  score: number;
  /** What is said. */
  text: string;
}

/** A proposal as editing programs take it. */
export interface CutList {
  title: string;
  rate: Rational;
  /** Where the video lies, for the editing program; null where that is not known. */
  mediaUrl: string | null;
  /** Its file's name, or its title. */
  mediaName: string;
  durationSeconds: number;
  cuts: Cut[];
}

export interface CutListOptions {
  rate: Rational;
  /** The file on the editor's own disk, as an address. */
  mediaUrl?: string | undefined;
}

/** A proposal in whole pictures, in the order of its moments; each has at least one. */
export function cutListOf(proposal: Proposal, { rate, mediaUrl }: CutListOptions): CutList {
  const { title, url, durationSeconds } = proposal.video;
  // People write a late time to mean the end.
  const frameAt = (seconds: number): number =>
    Math.round(Math.min(seconds, durationSeconds) * picturesPerSecond(rate));
  const address = mediaUrl ?? url;
  return {
    title,
    rate,
    mediaUrl: address,
    mediaName: fileNameOf(mediaUrl) ?? title,
    durationSeconds,
    cuts: proposal.moments.map((moment) => ({
      ...{ title: moment.title, reason: moment.reason, score: moment.score, text: moment.text },
      start: frameAt(moment.start),
      end: Math.max(frameAt(moment.start) + 1, frameAt(moment.end)),
    })),
  };
}

function fileNameOf(address: string | undefined): string | undefined {
  const name = /[^/]+$/.exec(address ?? '')?.[0];
  return name === undefined ? undefined : decodeURIComponent(name);
}
