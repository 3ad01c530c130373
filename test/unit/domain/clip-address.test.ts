import { describe, expect, it } from 'vitest';
import { clipAddress } from '../../../src/domain/clip-address.ts';

describe('the address of a clip', () => {
  it.each([
    ['job_01abc#t=12.5,30', { address: 'job_01abc', start: 12.5, end: 30 }],
    ['https://example.org/a.mp4?x=1', { address: 'https://example.org/a.mp4?x=1', start: 0, end: null }],
    ['gs://clips/a b.mp4#t=,7', { address: 'gs://clips/a b.mp4', start: 0, end: 7 }],
    ['s3://clips/a.mp4#t=npt:1:02.5,1:01:00', { address: 's3://clips/a.mp4', start: 62.5, end: 3660 }],
    ['file:///a.mp4#t=90', { address: 'file:///a.mp4', start: 90, end: null }],
    ['https://example.org/page#top', { address: 'https://example.org/page#top', start: 0, end: null }],
  ])('gives the span of %s', (source, expected) => {
    expect(clipAddress({ source })).toEqual(expected);
  });

  it('gives way to the span that is told beside it', () => {
    expect(clipAddress({ source: 'job_01abc#t=1,2', start: 5, end: 9 })).toEqual({
      address: 'job_01abc',
      start: 5,
      end: 9,
    });
  });

  it.each([
    'job_01abc#t=x',
    'job_01abc#t=1,2,3',
    'job_01abc#t=9,3',
    'job_01abc#t=-1',
    'job_01abc#t=x:09,200',
  ])('is refused where the span is none: %s', (source) => {
    expect(() => clipAddress({ source })).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
  });
});
