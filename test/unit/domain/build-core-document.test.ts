import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCoreDocument, type CoreDocumentParts } from '../../../src/domain/build-core-document.ts';
import { coreDocumentSchema } from '../../../src/domain/core-document.ts';
import { transcriptArbitrary } from '../../support/transcript-arbitraries.ts';

const parts: CoreDocumentParts = {
  job: {
    id: 'job_1',
    createdAt: '2026-01-01T00:00:00Z',
    completedAt: '2026-01-01T00:10:00Z',
    notices: ['No speech was found in this video.'],
  },
  video: { title: 'Talk', url: null, durationSeconds: 60, channel: null, uploadedAt: null, route: 'short' },
  transcript: { language: 'und', durationSeconds: 60, segments: [] },
  translations: [],
  graph: null,
  analysis: null,
  stages: [],
};

describe('buildCoreDocument', () => {
  it('makes a valid document of no speech, without a language', () => {
    const document = buildCoreDocument(parts);
    expect(document.language).toBeNull();
    expect(document.summary).toBe('');
    expect([document.segments, document.speakers, document.entities, document.chapters]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  it('makes a valid document of any transcript, without its words', () => {
    fc.assert(
      fc.property(transcriptArbitrary, (transcript) => {
        const document = buildCoreDocument({ ...parts, transcript });
        expect(coreDocumentSchema.parse(document)).toEqual(document);
        expect(document.segments.map(({ id, text }) => [id, text])).toEqual(
          transcript.segments.map(({ id, text }) => [id, text]),
        );
        for (const segment of document.segments) expect(segment).not.toHaveProperty('words');
      }),
    );
  });

  it('lists what should be checked by ear, and nothing where nobody looked', () => {
    const suspectRanges = [
      { start: 1, end: 3, kind: 'hole' as const, detail: '2.0 s of speech have no text' },
    ];
    const transcript = { ...parts.transcript, suspectRanges };
    expect(buildCoreDocument({ ...parts, transcript }).quality).toEqual({ suspectRanges });
    expect(buildCoreDocument(parts).quality).toEqual({ suspectRanges: [] });
  });

  it('lists the speakers that the transcript knows', () => {
    const speakers = [{ id: 'S1', label: 'Speaker 1', seconds: 12.5 }];
    const document = buildCoreDocument({ ...parts, transcript: { ...parts.transcript, speakers } });
    expect(document.speakers).toEqual(speakers);
  });

  it('refuses a part that breaks the schema', () => {
    expect(() => buildCoreDocument({ ...parts, job: { ...parts.job, createdAt: 'yesterday' } })).toThrow();
  });
});
