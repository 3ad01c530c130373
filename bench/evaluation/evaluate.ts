import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { subtitleRules } from '../../src/domain/subtitle-rules.ts';
import { transcriptSchema, type Transcript } from '../../src/domain/transcript.ts';
import type { BareWhisper } from '../bare-whisper.ts';
import type { BenchStack } from '../bench-stack.ts';
import { cueViolations, SUBTITLE_ENDINGS } from './cue-rules.ts';
import type { DiarizerPeer } from './diarizer-peer.ts';
import type { DerRule, Errors, OverlapScore, Scorer, SpeakerErrors } from './scorer.ts';

/** A recording with what is true of it. */
export interface Recording {
  path: string;
  durationSeconds: number;
  language: string;
  text: string | null;
  /** RTTM. */
  speakers: string | null;
  texts: Record<string, string> | null;
}

export const DER_RULES: readonly DerRule[] = [
  { collarSeconds: 0.25, overlap: false },
  { collarSeconds: 0.25, overlap: true },
  { collarSeconds: 0, overlap: false },
  { collarSeconds: 0, overlap: true },
];

/** How one program told the speakers of one recording apart; `errors` in the order of DER_RULES. */
export interface SpeakerScore {
  speakersFound: number;
  errors: SpeakerErrors[];
  overlaps: OverlapScore;
  seconds: number | null;
}

export interface Evaluation {
  name: string;
  durationSeconds: number;
  /** Words, or characters where words are not written apart. */
  words: { job: Errors; sequential: Errors; batched: Errors } | null;
  attributed: Errors | null;
  speakersTrue: number;
  speakers: SpeakerScore | null;
  peer: SpeakerScore | null;
  /** Of the recording's subtitle files. */
  violations: string[];
  seconds: { job: number; sequential: number; batched: number };
}

interface Programs {
  stack: BenchStack;
  bare: BareWhisper;
  scorer: Scorer;
  peer: DiarizerPeer | null;
}

/** Runs one recording as a job and through the peers, and scores what each made of it. */
export async function evaluate(programs: Programs, recording: Recording): Promise<Evaluation> {
  const { stack, bare, scorer } = programs;
  const { path, durationSeconds, language } = recording;
  const job = await stack.run({ kind: 'file', path }, { fresh: true });
  const sequential = await bare.transcribe('sequential', path);
  const batched = await bare.transcribe('batched', path);
  const transcript = transcriptSchema.parse(JSON.parse(readFileSync(job.file('transcript.json'), 'utf8')));
  const { text } = recording;
  const wordErrors = (heard: string): Promise<Errors> => scorer.words(text ?? '', heard, language);
  const labelled = job.file('speakers.rttm');
  return {
    name: basename(path),
    durationSeconds,
    words:
      text === null
        ? null
        : {
            job: await wordErrors(transcript.segments.map((segment) => segment.text).join(' ')),
            sequential: await wordErrors(sequential.text),
            batched: await wordErrors(batched.text),
          },
    attributed:
      recording.texts && existsSync(labelled)
        ? await scorer.attributed(recording.texts, textBySpeaker(transcript), language)
        : null,
    speakersTrue: labelsIn(recording.speakers ?? '').size,
    speakers: existsSync(labelled)
      ? await scoreSpeakers(scorer, recording, readFileSync(labelled, 'utf8'), null)
      : null,
    peer: await peerSpeakers(programs, recording),
    violations: SUBTITLE_ENDINGS.flatMap((ending) =>
      cueViolations(ending, readFileSync(job.file(`transcript.${ending}`), 'utf8'), {
        rules: subtitleRules({}, transcript.language),
        durationSeconds,
      }),
    ),
    seconds: { job: job.wallSeconds, sequential: sequential.seconds, batched: batched.seconds },
  };
}

async function peerSpeakers({ peer, scorer }: Programs, recording: Recording): Promise<SpeakerScore | null> {
  if (peer === null || recording.speakers === null) return null;
  const { rttm, seconds } = await peer.diarize(recording.path);
  return scoreSpeakers(scorer, recording, rttm, seconds);
}

async function scoreSpeakers(
  scorer: Scorer,
  { speakers, durationSeconds }: Recording,
  found: string,
  seconds: number | null,
): Promise<SpeakerScore | null> {
  if (speakers === null) return null;
  const errors: SpeakerErrors[] = [];
  for (const rule of DER_RULES) errors.push(await scorer.speakers(speakers, found, durationSeconds, rule));
  const overlaps = await scorer.overlaps(speakers, found);
  return { speakersFound: labelsIn(found).size, errors, overlaps, seconds };
}

function textBySpeaker({ segments }: Transcript): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { speaker, text } of segments) texts[speaker ?? ''] = `${texts[speaker ?? ''] ?? ''} ${text}`;
  return texts;
}

const labelsIn = (rttm: string): Set<string> =>
  new Set([...rttm.matchAll(/^SPEAKER(?:\s+\S+){6}\s+(\S+)/gm)].map(([, label = '']) => label));
