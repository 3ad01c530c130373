import { applyCorrections } from '../../src/domain/apply-corrections.ts';
import { viewOf, type CorrectionGround } from '../../src/domain/corrected-view.ts';
import { changesOf, speakerRequestSchema, textRequestSchema } from '../../src/domain/correction-requests.ts';
import { NO_CORRECTIONS, withChanges, type Corrections } from '../../src/domain/corrections.ts';
import type { Transcript } from '../../src/domain/transcript.ts';

/** Sentences of speakers one behind the other, a word each half second, a second of silence between two. */
export function groundOf(fingerprint: string, ...said: [speaker: string, text: string][]): CorrectionGround {
  let clock = 0;
  const segments = said.map(([speaker, text], index) => {
    const words = text.split(' ').map((word) => {
      clock += 0.5;
      return { start: clock - 0.5, end: clock, text: word, confidence: 0.9 };
    });
    const [start, end] = [words[0]?.start ?? 0, clock];
    clock += 1;
    return { id: `s00000${index + 1}`, start, end, text, speaker, words };
  });
  const turns = segments.map(({ start, end, speaker }) => ({ start, end, speaker }));
  const speakers = [...new Set(said.map(([speaker]) => speaker))].map((id) => ({
    id,
    label: `Speaker ${id.slice(1)}`,
    seconds: turns
      .filter(({ speaker }) => speaker === id)
      .reduce((sum, { start, end }) => sum + end - start, 0),
  }));
  const transcript: Transcript = { language: 'en', durationSeconds: clock, segments, speakers };
  return { transcript, turns, fingerprint };
}

export const talk = (): CorrectionGround =>
  groundOf(
    'first',
    ['S1', 'Good morning from temporel land.'],
    ['S2', 'Good morning to you.'],
    ['S1', 'How are you? Fine, thank you.'],
    ['S3', 'Nice to see you both.'],
  );

export const correct = (ground: CorrectionGround, document: Corrections, request: object): Corrections => {
  const current = applyCorrections(ground, document);
  const view = { ...viewOf(ground), ...current };
  const parsed =
    'segments' in request || 'replace' in request
      ? textRequestSchema.parse(request)
      : speakerRequestSchema.parse(request);
  return withChanges(document, changesOf(view, parsed), {
    madeAt: '2026-11-25T12:00:00Z',
    ground: ground.fingerprint,
  });
};
export const corrected = (...requests: object[]): Corrections =>
  requests.reduce<Corrections>((document, request) => correct(talk(), document, request), NO_CORRECTIONS);

export const said = ({ transcript: { segments, speakers = [] } }: { transcript: Transcript }) =>
  segments.map(
    ({ speaker, text }) => `${speakers.find(({ id }) => id === speaker)?.label ?? speaker}: ${text}`,
  );
