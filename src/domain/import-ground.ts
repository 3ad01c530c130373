import { z } from 'zod';
import type { CorrectionGround } from './corrected-view.ts';
import { correctionsFolder } from './ground.ts';
import { toTranscript } from './import-transcript.ts';
import { secondsBySpeaker, speakerId, type Speaker, type Turn } from './speakers.ts';
import { clamp } from './time.ts';
import type { Transcript } from './transcript.ts';
import { assignSpeakers } from './word-speakers.ts';

const stretch = { start: z.number().nonnegative(), end: z.number().nonnegative() };

/** What somebody brought in place of what the models found: imports.json. */
export const importsSchema = z.object({
  schemaVersion: z.literal(1),
  /** Grows with every change of the document. */
  revision: z.number().int().nonnegative(),
  /** Of subtitles; null: the models' own words. */
  cues: z.array(z.object({ ...stretch, text: z.string(), speaker: z.string().nullable() })).nullable(),
  /** Of a speaker file; null: the models' own speakers, or those of the subtitles. */
  turns: z.array(z.object({ ...stretch, speaker: z.string() })).nullable(),
});
export type Imports = z.infer<typeof importsSchema>;

export const NO_IMPORTS: Imports = { schemaVersion: 1, revision: 0, cues: null, turns: null };

export const importsKey = (userId: string, jobId: string): string =>
  `${correctionsFolder(userId, jobId)}/imports.json`;

/**
 * The ground with what was imported in place of what was found. Imported words without speakers get those that were
 * heard; imported speakers get the words. Speakers are numbered in order of their first words. Pure.
 */
export function withImports(ground: CorrectionGround, { revision, cues, turns }: Imports): CorrectionGround {
  if (cues === null && turns === null) return ground;
  const fingerprint = `${ground.fingerprint} import ${revision}`;
  const { language, durationSeconds, speakers } = ground.transcript;
  const transcript = cues === null ? ground.transcript : toTranscript(cues, { language, durationSeconds });
  if (turns !== null) return { fingerprint, ...spokenBy(transcript, turns) };
  if (transcript.segments.some(({ speaker }) => speaker !== null) && cues !== null)
    return { fingerprint, ...spokenBy(transcript, namedStretches(transcript)) };
  const assigned = assignSpeakers(transcript, ground.turns);
  return {
    fingerprint,
    turns: ground.turns,
    transcript: { ...assigned, ...(speakers === undefined ? {} : { speakers }) },
  };
}

const namedStretches = ({ segments }: Transcript): Turn[] =>
  segments.flatMap(({ start, end, speaker }) => (speaker === null ? [] : [{ start, end, speaker }]));

/** The transcript as spoken by people with names, who get ids. */
function spokenBy(
  transcript: Transcript,
  named: readonly Turn[],
): Pick<CorrectionGround, 'transcript' | 'turns'> {
  const within = named
    .filter(({ start }) => start < transcript.durationSeconds)
    .map((turn) => ({ ...turn, end: clamp(turn.end, turn.start, transcript.durationSeconds) }));
  const names = [...new Set(within.map(({ speaker }) => speaker))];
  const turns = within.map((turn) => ({ ...turn, speaker: speakerId(names.indexOf(turn.speaker)) }));
  const seconds = secondsBySpeaker(turns);
  const speakers = names.map((label, index): Speaker => {
    const id = speakerId(index);
    return { id, label, seconds: seconds.get(id) ?? 0 };
  });
  const { suspectRanges, ...bare } = transcript;
  const words = { ...bare, segments: bare.segments.map((segment) => ({ ...segment, speaker: null })) };
  return {
    turns,
    transcript: { ...assignSpeakers(words, turns), speakers, ...(suspectRanges && { suspectRanges }) },
  };
}
