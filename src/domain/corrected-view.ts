import type { CorrectionChange, Span, SpeakerAnchor } from './corrections.ts';
import { secondsWithin, type Turn } from './speakers.ts';
import { formatClock } from './time.ts';
import type { Transcript } from './transcript.ts';

/** What corrections are applied to: the words and speakers that the models found. */
export interface CorrectionGround {
  transcript: Transcript;
  /** Who spoke when; none where nobody listened. */
  turns: readonly Turn[];
  /** Ids of segments and speakers mean the same on the same ground only. */
  fingerprint: string;
}

/** A transcript under correction. */
export interface CorrectedView {
  transcript: Transcript;
  turns: readonly Turn[];
  /** Ids of those whom the models told apart; all others were made by corrections. */
  heardSpeakers: ReadonlySet<string>;
  /** Whose name each speaker was given, by the id that the correction was made with. */
  namedFor: ReadonlyMap<string, string>;
  /** What somebody has written anew, and so has listened to. */
  checked: readonly Span[];
}

/** A change of one kind. */
export type Change<Kind extends CorrectionChange['kind']> = Extract<CorrectionChange, { kind: Kind }>;

/** Why a correction cannot be carried out, in a sentence. Never leaves the domain. */
export class Conflict extends Error {}

export const viewOf = ({ transcript, turns }: CorrectionGround): CorrectedView => ({
  transcript,
  turns,
  heardSpeakers: new Set(transcript.speakers?.map(({ id }) => id)),
  namedFor: new Map(),
  checked: [],
});

/** A place as people read it. */
export const placeOf = (span: Span | undefined): string => `at ${formatClock(span?.start ?? 0)}`;

/** Whether an anchor's speech is a voice's: most of what of it is spoken at all. */
const MOST = 0.5;

/**
 * Whom an anchor means here.
 *
 * @throws Conflict where nobody speaks most of the time that the speaker spoke
 */
export function findSpeaker(view: CorrectedView, anchor: SpeakerAnchor, isSameGround: boolean): string {
  const known = isSameGround ? sameSpeaker(view, anchor) : undefined;
  if (known !== undefined) return known;
  const seconds = secondsWithin(view.transcript.segments, anchor.spans);
  const total = [...seconds.values()].reduce((sum, value) => sum + value, 0);
  const found = [...seconds].find(([, value]) => value > MOST * total);
  if (found === undefined) throw new Conflict(`"${anchor.label}" is not heard any more.`);
  return found[0];
}

/** By id; whom a correction made has another one where an earlier correction was taken back, but has the name. */
function sameSpeaker(
  { transcript: { speakers = [] }, heardSpeakers }: CorrectedView,
  anchor: SpeakerAnchor,
): string | undefined {
  const isHeard = heardSpeakers.has(anchor.id);
  return speakers.find(({ id, label }) =>
    isHeard ? id === anchor.id : label === anchor.label && !heardSpeakers.has(id),
  )?.id;
}
