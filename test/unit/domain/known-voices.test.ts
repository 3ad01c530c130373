import { describe, expect, it } from 'vitest';
import {
  NO_VOICES,
  withoutVoice,
  withSample,
  withSuggestions,
  type KnownVoices,
} from '../../../src/domain/known-voices.ts';
import { encodeEmbedding } from '../../../src/domain/voices.ts';

/** A voice in a plane, by its angle: similarity is the cosine between two. */
const embedding = (degrees: number): string => {
  const radians = (degrees * Math.PI) / 180;
  return encodeEmbedding(Float32Array.of(Math.cos(radians), Math.sin(radians)));
};
const sample = (degrees: number, jobId = 'job_1', model = 'test') => ({
  ...{ model, jobId, sameVoiceSimilarity: 0.6, embedding: embedding(degrees) },
  ...{ seconds: 20, addedAt: '2026-11-25T12:00:00Z' },
});
const known = (...voices: [name: string, ...degrees: number[]][]): KnownVoices =>
  voices.reduce(
    (all, [name, ...samples]) =>
      samples.reduce(
        (each, degrees) => withSample(each, { id: `voice_${name}`, name }, sample(degrees, `job_${degrees}`)),
        all,
      ),
    NO_VOICES,
  );
const speakers = (...labels: string[]) =>
  labels.map((label, index) => ({ id: `S${index + 1}`, label, seconds: 10 }));
const heard = (...degrees: number[]) => ({
  model: 'test',
  sameVoiceSimilarity: 0.6,
  voices: degrees.map((each, index) => ({ speaker: `S${index + 1}`, embedding: embedding(each) })),
});
const suggested = (of: ReturnType<typeof speakers>, ...rest: [ReturnType<typeof heard>, KnownVoices]) =>
  withSuggestions(of, ...rest).map(({ suggestion }) => suggestion?.name ?? null);

describe('known voices', () => {
  it('suggest a name with the similarity, and leave the speaker as it was', () => {
    const [speaker] = withSuggestions(speakers('Speaker 1'), heard(10), known(['Ada', 30]));
    expect(speaker).toMatchObject({ id: 'S1', label: 'Speaker 1', seconds: 10 });
    expect(speaker?.suggestion).toMatchObject({ voiceId: 'voice_Ada', name: 'Ada' });
    expect(speaker?.suggestion?.confidence).toBeCloseTo(Math.cos((20 * Math.PI) / 180), 1);
  });

  it('suggest from halfway between one voice and the very same on: 0.8 with our encoder', () => {
    // cos 36° = 0.81, cos 38° = 0.79
    expect(suggested(speakers('Speaker 1'), heard(0), known(['Ada', 36]))).toEqual(['Ada']);
    expect(suggested(speakers('Speaker 1'), heard(0), known(['Ada', 38]))).toEqual([null]);
  });

  it('suggest one speaker each, the one that is most alike', () => {
    const two = speakers('Speaker 1', 'Speaker 2');
    expect(suggested(two, heard(0, 20), known(['Ada', 12]))).toEqual([null, 'Ada']);
    expect(suggested(two, heard(0, 20), known(['Ada', 12], ['Grace', 2]))).toEqual(['Grace', 'Ada']);
  });

  it('are as like as the most like of their samples', () => {
    expect(suggested(speakers('Speaker 1'), heard(0), known(['Ada', 80, 10, 90]))).toEqual(['Ada']);
  });

  it('suggest nothing for those who have a name, nor across encoders', () => {
    expect(suggested(speakers('Grace'), heard(0), known(['Ada', 0]))).toEqual([null]);
    const other = withSample(NO_VOICES, { id: 'voice_1', name: 'Ada' }, sample(0, 'job_1', 'another'));
    expect(suggested(speakers('Speaker 1'), heard(0), other)).toEqual([null]);
  });

  it('keep the newest ten samples, one of each video', () => {
    const all = Array.from({ length: 12 }, (_, index) => index);
    const [voice] = known(['Ada', ...all, 11]).voices;
    expect(voice?.samples.map(({ jobId }) => jobId)).toEqual(all.slice(2).map((index) => `job_${index}`));
  });

  it('are gone with all samples when deleted', () => {
    const two = known(['Ada', 0], ['Grace', 90]);
    expect(withoutVoice(two, 'voice_Ada').voices.map(({ name }) => name)).toEqual(['Grace']);
    expect(withoutVoice(two, 'voice_Nobody')).toBe(two);
  });
});
