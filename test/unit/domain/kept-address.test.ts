import { describe, expect, test } from 'vitest';
import { keptAddressKey, withKeptAddress, type Fetchable } from '../../../src/domain/kept-address.ts';
import { publicUrl } from '../../../src/domain/public-url.ts';
import { clipLocatorSchema, type ClipLocator } from '../../../src/domain/reel-clip.ts';

const KEY = keptAddressKey('user_1', 'job_1');

describe('an address in what histories hold', () => {
  test.each([
    'https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42',
    'https://example.org/talk.mp3',
    'https://example.org/search?q=tokens&page=2',
  ])('stays as it is where it carries no secret: %s', (url) => {
    expect(withKeptAddress({ kind: 'url', url }, KEY)).toEqual({ locator: { kind: 'url', url }, kept: [] });
  });

  test.each([
    ['https://b.s3.amazonaws.com/talk.mp3?X-Amz-Signature=5ec', 'https://b.s3.amazonaws.com/talk.mp3'],
    ['https://example.org/talk?v=1&sig=5ec&lang=en', 'https://example.org/talk?v=1&lang=en'],
    ['https://example.org/feed?token=5ec', 'https://example.org/feed'],
  ])('is the shown one, and the whole is kept: %s', (url, shown) => {
    const { locator, kept } = withKeptAddress({ kind: 'url', url }, KEY);
    expect(locator).toEqual({ kind: 'url', url: shown, keptAt: 'jobs/user_1/job_1/address' });
    expect(kept).toEqual([{ key: 'jobs/user_1/job_1/address', address: url }]);
    expect(clipLocatorSchema.parse(locator)).toEqual(locator);
    // What is shown is shown again as it is: results name the same address as before.
    expect(publicUrl(shown)).toBe(shown);
  });

  test.each<Fetchable<ClipLocator>>([
    { kind: 'file', path: '/talks/one?token=x.mp4' },
    { kind: 'upload', key: 'uploads/user_1/upload_1/media', fileName: 'one?token=x.mp4' },
    { kind: 'bucket', store: 's3', bucket: 'talks', key: 'one?token=x.mp4' },
  ])('is no matter of a source of kind $kind', (locator) => {
    expect(withKeptAddress(locator, KEY)).toEqual({ locator, kept: [] });
  });

  test('has a place of its own for each clip of a reel', () => {
    expect([0, 1].map((clip) => keptAddressKey('user_1', 'reel_1', clip))).toEqual([
      'jobs/user_1/reel_1/address-0',
      'jobs/user_1/reel_1/address-1',
    ]);
  });
});
