import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readClips } from '../../../src/cli/reel/stitch-clips.ts';
import type { Moment, Proposal } from '../../../src/domain/proposal.ts';
import { testFolder } from '../../support/test-folder.ts';

const JOB = 'job_01h455vb4pex5vsknk084sn02q';
const moment = (overrides: Partial<Moment>): Moment => ({
  ...{ start: 1, end: 5, title: 'The bridge', score: 0.5, reason: 'It is short.', text: 'We built it.' },
  ...overrides,
});

function proposalFile(moments: Moment[]): string {
  const proposal: Proposal = {
    version: 1,
    jobId: JOB,
    video: { title: 'A talk', url: null, durationSeconds: 60 },
    settings: { lengthSeconds: 30 },
    model: 'local',
    moments,
  };
  const path = join(testFolder(), 'proposal.json');
  writeFileSync(path, JSON.stringify(proposal));
  return path;
}

test('the moments of a proposal are clips in their order, with titles where cards are asked for', async () => {
  const path = proposalFile([moment({ start: 20, end: 24, title: ' ' }), moment({})]);
  expect(await readClips([path], { titles: false })).toEqual([
    { source: JOB, start: 20, end: 24 },
    { source: JOB, start: 1, end: 5 },
  ]);
  expect(await readClips([path], { titles: true })).toEqual([
    { source: JOB, start: 20, end: 24 },
    { source: JOB, start: 1, end: 5, title: 'The bridge' },
  ]);
});

test('a proposal that was edited to nonsense is refused with the place of the fault', async () => {
  const path = proposalFile([moment({}), moment({ start: 9, end: 8 })]);
  await expect(readClips([path], { titles: false })).rejects.toThrow(/ends after it starts[^]*moments\[1\]/);
});
