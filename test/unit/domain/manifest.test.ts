import { describe, expect, it } from 'vitest';
import { buildManifest, mediaTypeOf } from '../../../src/domain/manifest.ts';

const artifact = (digit: string, bytes: number) => ({
  uri: `artifact:results/${digit}`,
  sha256: digit.repeat(64),
  bytes,
});

describe('buildManifest', () => {
  it('lists every file with its hash and size, and every stage with what it ran with', () => {
    const stage = {
      name: 'transcribe',
      model: 'base',
      seconds: 4,
      costUsd: 0.25,
      cached: false,
      attempts: 1,
    };
    const manifest = buildManifest({
      jobId: 'job_1',
      completedAt: '2026-01-01T00:10:00Z',
      files: [
        { name: 'report.md', artifact: artifact('b', 20) },
        { name: 'core.json', artifact: artifact('a', 10) },
      ],
      stages: [stage, { ...stage, name: 'merge', model: null, costUsd: 0.5 }],
      parameters: { transcribe: { language: 'en' } },
    });
    expect(manifest).toEqual({
      schemaVersion: 1,
      jobId: 'job_1',
      completedAt: '2026-01-01T00:10:00Z',
      files: [
        { name: 'core.json', sha256: 'a'.repeat(64), bytes: 10, mediaType: 'application/json' },
        { name: 'report.md', sha256: 'b'.repeat(64), bytes: 20, mediaType: 'text/markdown' },
      ],
      stages: [
        { ...stage, parameters: { language: 'en' } },
        { ...stage, name: 'merge', model: null, costUsd: 0.5, parameters: {} },
      ],
      costUsd: 0.75,
    });
  });

  it('knows the media type of every result, and of no other file', () => {
    expect(mediaTypeOf('transcript.vtt')).toBe('text/vtt');
    expect(mediaTypeOf('graph.gexf')).toBe('application/gexf+xml');
    expect(mediaTypeOf('unknown')).toBe('application/octet-stream');
  });
});
