import { expect, test } from 'vitest';
import { keysNamedIn } from '../../../src/domain/retention.ts';

test('keys are found in whatever names them, and what is never removed is not looked for', () => {
  const text = JSON.stringify({
    source: { kind: 'upload', key: 'uploads/ada@example.org/upload_1/media', fileName: 'a talk.mp4' },
    chunks: [{ uri: 'artifact:audio/0a-1.flac' }, { uri: 'artifact:stages/merge/0b.json' }],
    redo: ['archive/completed/ada/job_1/metadata.json', { keptAt: 'jobs/ada/job_2/address' }],
    result: { uri: 'artifact:results/ada/job_1/core.json' },
    title: 'About audio and stages',
  });
  expect(keysNamedIn(text)).toEqual([
    'uploads/ada@example.org/upload_1/media',
    'audio/0a-1.flac',
    'stages/merge/0b.json',
    'archive/completed/ada/job_1/metadata.json',
    'jobs/ada/job_2/address',
  ]);
  expect(keysNamedIn('nothing')).toEqual([]);
});
