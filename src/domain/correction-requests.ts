import { z } from 'zod';
import { changed } from './apply-corrections.ts';
import { correctedText, wordEdits } from './corrected-text.ts';
import { Conflict, type CorrectedView } from './corrected-view.ts';
import { wholeWords } from './correct-words.ts';
import type { CorrectionChange, SpeakerAnchor } from './corrections.ts';
import { ClipScribeError } from './errors.ts';
import { isUnnamed } from './speakers.ts';
import { formatClock } from './time.ts';
import { languageOf, type Segment } from './transcript.ts';
import { visibleName } from './visible-text.ts';

/** A speaker by id (`S1`), name (`Speaker 1`, `speaker_1`, `Ada`) or, for new ones, the name they shall have. */
const speakerSchema = z.string().min(1).max(100);
const segmentIdSchema = z.string().min(1).max(50);

/** Changes of who speaks. Carried out in this order: merge, reassign, rename. */
export const speakerRequestSchema = z.strictObject({
  merge: z
    .array(z.strictObject({ speakers: z.array(speakerSchema).min(1).max(100), into: speakerSchema }))
    .max(100)
    .default([]),
  reassign: z
    .array(
      z.strictObject({
        segments: z.array(segmentIdSchema).max(1000).default([]),
        ranges: z
          .array(z.strictObject({ start: z.number().nonnegative(), end: z.number().positive() }))
          .max(1000)
          .default([]),
        speaker: speakerSchema,
      }),
    )
    .max(1000)
    .default([]),
  rename: z
    .array(z.strictObject({ speaker: speakerSchema, name: z.string().min(1).max(100) }))
    .max(100)
    .default([]),
});
export type SpeakerRequest = z.infer<typeof speakerRequestSchema>;

/** Changes of what is said: of single segments first, then of words wherever they stand. */
export const textRequestSchema = z.strictObject({
  segments: z
    .array(
      z
        .strictObject({
          id: segmentIdSchema.optional(),
          /** In place of the id: a second at which it is spoken. */
          at: z.number().nonnegative().optional(),
          text: z.string().max(5000),
        })
        .refine(({ id, at }) => (id === undefined) !== (at === undefined), 'Give either id or at.'),
    )
    .max(1000)
    .default([]),
  replace: z
    .array(z.strictObject({ find: z.string().min(1).max(200), replaceWith: z.string().max(200) }))
    .max(100)
    .default([]),
});
export type TextRequest = z.infer<typeof textRequestSchema>;

/** So many stretches tell a speaker again on another ground. */
const MOST_SPANS = 50;

/**
 * What a request changes, in a form that outlasts other ids and other words. What is so already is left out.
 *
 * @throws ClipScribeError InvalidInput for speakers and segments that there are not, and names that are taken
 */
export function changesOf(view: CorrectedView, request: SpeakerRequest | TextRequest): CorrectionChange[] {
  const makers: ((view: CorrectedView) => CorrectionChange | undefined)[] =
    'merge' in request
      ? [
          ...request.merge.map((each) => (now: CorrectedView) => mergeOf(now, each)),
          ...request.reassign.map((each) => (now: CorrectedView) => reassignOf(now, each)),
          ...request.rename.map((each) => (now: CorrectedView) => renameOf(now, each)),
        ]
      : [
          ...request.segments.map((each) => (now: CorrectedView) => textOf(now, each)),
          ...request.replace.map((each) => (now: CorrectedView) => replaceOf(now, each)),
        ];
  const changes: CorrectionChange[] = [];
  let now = view;
  for (const make of makers) {
    const change = make(now);
    if (change === undefined) continue;
    now = carriedOut(now, change);
    changes.push(change);
  }
  return changes;
}

function carriedOut(view: CorrectedView, change: CorrectionChange): CorrectedView {
  try {
    return changed(view, change);
  } catch (error) {
    if (error instanceof Conflict) throw refused(error.message);
    throw error;
  }
}

const refused = (message: string): ClipScribeError => new ClipScribeError('InvalidInput', message);

function mergeOf(
  view: CorrectedView,
  { speakers, into }: SpeakerRequest['merge'][number],
): CorrectionChange | undefined {
  const target = anchorOf(view, into);
  const merging = speakers.map((name) => anchorOf(view, name)).filter(({ id }) => id !== target.id);
  return merging.length === 0 ? undefined : { kind: 'merge', speakers: merging, into: target };
}

function reassignOf(
  view: CorrectedView,
  { segments, ranges, speaker: given }: SpeakerRequest['reassign'][number],
): CorrectionChange | undefined {
  if (segments.length + ranges.length === 0)
    throw refused('A reassignment needs segments, or ranges of time.');
  const wrong = ranges.find(({ start, end }) => end <= start);
  if (wrong !== undefined) throw refused(`A range ends before it starts (${wrong.start}–${wrong.end}).`);
  const id = findSpeakerId(view, given);
  const meant = segments
    .map((segmentId) => segmentOf(view, segmentId))
    .filter(({ speaker }) => speaker !== id);
  const all = [...meant.map(({ start, end }) => ({ start, end })), ...ranges];
  if (all.length === 0) return undefined;
  if (id === undefined && looksLikeId(given)) throw unknownSpeaker(view, given);
  return {
    kind: 'reassign',
    ranges: all,
    speaker: id === undefined ? null : anchorOf(view, id),
    name: id === undefined ? nameOf(given) : anchorOf(view, id).label,
  };
}

function renameOf(
  view: CorrectedView,
  { speaker, name: given }: SpeakerRequest['rename'][number],
): CorrectionChange | undefined {
  const anchor = anchorOf(view, speaker);
  const name = nameOf(given);
  const other = (view.transcript.speakers ?? []).find(({ id, label }) => id !== anchor.id && label === name);
  if (other !== undefined)
    throw refused(`"${name}" is already the name of ${other.id}; merge the two if they are one person.`);
  return anchor.label === name ? undefined : { kind: 'rename', speaker: anchor, name };
}

function textOf(
  view: CorrectedView,
  { id, at, text }: TextRequest['segments'][number],
): CorrectionChange | undefined {
  const segment = id === undefined ? segmentAt(view, at ?? 0) : segmentOf(view, id);
  const after = correctedText(text);
  if (after === segment.text) return undefined;
  return {
    kind: 'text',
    segmentId: segment.id,
    ...{ start: segment.start, end: segment.end, before: segment.text, after },
    edits: wordEdits(segment, after, languageOf(segment, view.transcript)),
  };
}

function replaceOf(
  view: CorrectedView,
  { find: given, replaceWith }: TextRequest['replace'][number],
): CorrectionChange {
  const [find, after] = [correctedText(given), correctedText(replaceWith)];
  if (find === '' || find === after) throw refused('A replacement needs two different texts.');
  if (!view.transcript.segments.some(({ text }) => wholeWords(find).test(text)))
    throw refused(`"${find}" is nowhere in the transcript.`);
  return { kind: 'replace', find, replaceWith: after };
}

function segmentOf({ transcript }: CorrectedView, id: string): Segment {
  const segment = transcript.segments.find((each) => each.id === id);
  if (segment === undefined)
    throw refused(`There is no segment "${id}"; the ids are in core.json and transcript.json.`);
  return segment;
}

/** Times are shown without their fractions: `0:01` is also what begins within that second. */
function segmentAt({ transcript: { segments } }: CorrectedView, seconds: number): Segment {
  const segment =
    segments.find(({ start, end }) => start <= seconds && seconds < end) ??
    (Number.isInteger(seconds) ? segments.find(({ start }) => Math.floor(start) === seconds) : undefined);
  if (segment === undefined) throw refused(`Nothing is said at ${formatClock(seconds)}.`);
  return segment;
}

function nameOf(given: string): string {
  const name = visibleName(given);
  if (name === null) throw refused('A speaker needs a name that can be seen.');
  return name;
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ')
    .trim();

const NUMBERED = /^(?:s|speaker )(\d+)$/;
const looksLikeId = (given: string): boolean => NUMBERED.test(plainName(given));

/** Names go before numbers: somebody may be called "Speaker 2" whom the models numbered otherwise. */
function findSpeakerId({ transcript: { speakers = [] } }: CorrectedView, given: string): string | undefined {
  const name = plainName(given);
  const byName = speakers.find(({ id, label }) => id === given || plainName(label) === name);
  const number = NUMBERED.exec(name)?.[1];
  return (byName ?? speakers.find(({ id }) => number !== undefined && id === `S${Number(number)}`))?.id;
}

/**
 * The id of the speaker that somebody names.
 *
 * @throws ClipScribeError InvalidInput where there is none
 */
export const speakerIdOf = (view: CorrectedView, given: string): string => anchorOf(view, given).id;

function anchorOf(view: CorrectedView, given: string): SpeakerAnchor {
  const id = findSpeakerId(view, given);
  const speaker = view.transcript.speakers?.find((each) => each.id === id);
  if (speaker === undefined) throw unknownSpeaker(view, given);
  const spans = view.transcript.segments
    .filter((segment) => segment.speaker === speaker.id)
    .toSorted((one, other) => other.end - other.start - (one.end - one.start))
    .slice(0, MOST_SPANS)
    .map(({ start, end }) => ({ start, end }));
  return { id: speaker.id, label: speaker.label, spans };
}

function unknownSpeaker({ transcript: { speakers = [] } }: CorrectedView, given: string): ClipScribeError {
  const known = speakers
    .map((speaker) => (isUnnamed(speaker) ? speaker.id : `${speaker.id} (${speaker.label})`))
    .join(', ');
  return refused(
    `There is no speaker "${given}"; ${known === '' ? 'this job has no speakers' : `there are ${known}`}.`,
  );
}
