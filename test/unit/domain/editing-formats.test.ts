import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutListOf, type CutList } from '../../../src/domain/cut-list.ts';
import { toEdl } from '../../../src/domain/edl.ts';
import { picturesPerSecond, standardRate } from '../../../src/domain/frame-rate.ts';
import { toOtio } from '../../../src/domain/otio.ts';
import { proposalCsv } from '../../../src/domain/proposal-csv.ts';
import type { Moment, Proposal } from '../../../src/domain/proposal.ts';

const momentArbitrary: fc.Arbitrary<Moment> = fc
  .record({
    startMs: fc.integer({ min: 0, max: 20_000_000 }),
    lengthMs: fc.integer({ min: 1, max: 90_000 }),
    title: fc.string({ unit: 'grapheme' }),
    reason: fc.string({ unit: 'binary' }),
  })
  .map(({ startMs, lengthMs, title, reason }) => ({
    ...{ start: startMs / 1000, end: (startMs + lengthMs) / 1000 },
    ...{ title, score: 0.5, reason, text: 'x' },
  }));

const proposalOf = (...moments: Moment[]): Proposal => ({
  version: 1,
  jobId: 'job_1',
  video: { title: 'A talk', url: null, durationSeconds: 30_000 },
  settings: { lengthSeconds: 60 },
  model: 'local',
  moments,
});

const rateArbitrary = fc
  .constantFrom(23.976, 24, 25, 29.97, 30, 50, 59.94, 60)
  .map((perSecond) => standardRate(perSecond) ?? { numerator: 1, denominator: 1 });

describe('cutListOf', () => {
  it('is within half a picture of the seconds, and shows one picture at least', () => {
    fc.assert(
      fc.property(fc.array(momentArbitrary, { maxLength: 10 }), rateArbitrary, (moments, rate) => {
        const { cuts } = cutListOf(proposalOf(...moments), { rate });
        cuts.forEach(({ start, end }, index) => {
          const half = 0.5 / picturesPerSecond(rate) + 1e-9;
          expect(Math.abs(start / picturesPerSecond(rate) - (moments[index]?.start ?? 0))).toBeLessThan(half);
          expect(end).toBeGreaterThan(start);
        });
      }),
    );
  });
});

describe('the name of the media', () => {
  it('is that of its file, as people see it, else the title, whatever that holds', () => {
    const proposal = proposalOf();
    proposal.video.title = 'Why 100% of us wait';
    const rate = { numerator: 25, denominator: 1 };
    expect(cutListOf(proposal, { rate }).mediaName).toBe('Why 100% of us wait');
    expect(cutListOf(proposal, { rate, mediaUrl: 'file:///my%20talk%20100%25.mp4' }).mediaName).toBe(
      'my talk 100%.mp4',
    );
  });
});

describe('toOtio', () => {
  it('names a range of the media that holds all cuts, also one that people let end late', () => {
    const moment = { start: 29_999, end: 30_100, title: 'Late', score: 1, reason: '', text: '' };
    const proposal = proposalOf(moment);
    proposal.video.durationSeconds = 29_999.99;
    const rate = { numerator: 30_000, denominator: 1001 };
    const list = cutListOf(proposal, { rate, mediaUrl: 'file:///talk.mp4' });
    const ranges = JSON.parse(toOtio(list), (key, value: { duration: { value: number } }) =>
      key === 'available_range' ? value.duration.value : value,
    ) as { tracks: { children: { children: { media_reference: { available_range: number } }[] }[] } };
    const [clip] = ranges.tracks.children[0]?.children ?? [];
    expect(list.cuts[0]?.end).toBeLessThanOrEqual(clip?.media_reference.available_range ?? 0);
  });
});

describe('standardRate', () => {
  it('knows what people write and what files tell', () => {
    expect(standardRate(29.97)).toEqual({ numerator: 30_000, denominator: 1001 });
    expect(standardRate(30_000 / 1001)).toEqual({ numerator: 30_000, denominator: 1001 });
    expect(standardRate(23.98)).toEqual({ numerator: 24_000, denominator: 1001 });
    expect(standardRate(24)).toEqual({ numerator: 24, denominator: 1 });
    for (const odd of [0, 12.5, 29, 120, Number.NaN]) expect(standardRate(odd)).toBeUndefined();
  });
});

describe('toEdl', () => {
  const listAt = (perSecond: number, ...frames: [number, number][]): CutList => ({
    title: 'A talk',
    rate: standardRate(perSecond) ?? { numerator: 1, denominator: 1 },
    ...{ mediaUrl: null, mediaName: 'talk.mp4', durationSeconds: 4000 },
    cuts: frames.map(([start, end]) => ({ start, end, title: 'T', reason: 'R', score: 1, text: '' })),
  });

  it('writes what editing programs read', () => {
    expect(toEdl(listAt(25, [250, 375], [1000, 1025]))).toBe(
      [
        'TITLE: A talk',
        'FCM: NON-DROP FRAME',
        '',
        '001  AX       AA/V  C        00:00:10:00 00:00:15:00 01:00:00:00 01:00:05:00',
        '* FROM CLIP NAME: talk.mp4',
        '* COMMENT: T',
        '* COMMENT: R',
        '',
        '002  AX       AA/V  C        00:00:40:00 00:00:41:00 01:00:05:00 01:00:06:00',
        '* FROM CLIP NAME: talk.mp4',
        '* COMMENT: T',
        '* COMMENT: R',
        '',
      ].join('\n'),
    );
  });

  it('leaves two numbers out in every minute but each tenth, at 29.97', () => {
    const edl = toEdl(listAt(29.97, [1799, 1800], [17_981, 17_982], [107_892, 107_893]));
    expect(edl).toContain('FCM: DROP FRAME');
    expect(edl).toContain('00:00:59;29 00:01:00;02 01:00:00;00 01:00:00;01');
    expect(edl).toContain('00:09:59;29 00:10:00;00');
    expect(edl).toContain('01:00:00;00 01:00:00;01 01:00:00;02 01:00:00;03');
  });

  it('stays one line a line, whatever a title holds', () => {
    fc.assert(
      fc.property(momentArbitrary, (moment) => {
        const rate = { numerator: 25, denominator: 1 };
        const lines = toEdl(cutListOf(proposalOf(moment), { rate })).split('\n');
        expect(lines.filter((line) => /^\d/u.test(line))).toHaveLength(1);
        expect(lines).toHaveLength(8);
      }),
    );
  });
});

describe('proposalCsv', () => {
  it('quotes what needs it, and lets no title run in a spreadsheet', () => {
    const moment = { start: 1.5, end: 3, title: '=1+1', score: 0.5, reason: 'It says "a, b".', text: 'x\ny' };
    expect(proposalCsv(proposalOf(moment))).toBe(
      'start,end,title,score,reason,text\r\n1.5,3,\'=1+1,0.5,"It says ""a, b"".","x\ny"\r\n',
    );
  });
});
