import { groundSchema } from '../../src/domain/ground.ts';

/** What was found in a video of ten seconds in which three people speak. */
export const groundOfATalk = groundSchema.parse({
  schemaVersion: 1,
  fingerprint: 'first',
  transcript: {
    language: 'en',
    durationSeconds: 10,
    segments: ['We use temporel.', 'So do we.', 'Good.'].map((text, index) => ({
      id: `s00000${index + 1}`,
      start: index * 2,
      end: index * 2 + 1.5,
      text,
      speaker: `S${index + 1}`,
      words: [],
    })),
    speakers: [1, 2, 3].map((number) => ({ id: `S${number}`, label: `Speaker ${number}`, seconds: 1.5 })),
  },
  turns: [{ start: 0, end: 1.5, speaker: 'S1' }],
  diarization: null,
  metadata: null,
  spokenChunks: [],
  durationSeconds: 10,
  route: 'short',
  notices: [],
  stages: [],
});
