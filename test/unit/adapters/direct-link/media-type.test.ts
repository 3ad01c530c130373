import { describe, expect, it } from 'vitest';
import { isMediaFile } from '../../../../src/adapters/direct-link/media-type.ts';

const mp4Head = Buffer.from('0000001c667479706d703432000000016d7034316d70343269736f6d', 'hex');
const html = Buffer.from('<!doctype html><title>Hello</title>');

describe('isMediaFile', () => {
  it.each<[string, Parameters<typeof isMediaFile>[0], boolean]>([
    [
      'an MP4 served as binary data',
      { contentType: 'application/octet-stream', name: 'x', head: mp4Head },
      true,
    ],
    ['an MP4 served as text', { contentType: 'text/plain', name: 'x', head: mp4Head }, true],
    [
      'damaged media served as a video',
      { contentType: 'video/mp4', name: 'x', head: Buffer.alloc(100, 1) },
      true,
    ],
    [
      'an empty file with the name of a video',
      { contentType: null, name: 'a.MP4', head: Buffer.alloc(0) },
      true,
    ],
    ['a page', { contentType: 'text/html', name: 'watch', head: html }, false],
    ['a page with the name of a video', { contentType: 'text/html', name: 'a.mp4', head: html }, false],
    ['a playlist', { contentType: 'audio/x-mpegurl', name: 'a.m3u8', head: Buffer.from('#EXTM3U') }, false],
    ['a manifest', { contentType: 'application/dash+xml', name: 'a.mpd', head: Buffer.from('<MPD>') }, false],
    [
      'binary data',
      { contentType: 'application/octet-stream', name: 'a.mp4', head: Buffer.alloc(100, 1) },
      false,
    ],
  ])('judges %s', async (_name, impression, expected) => {
    expect(await isMediaFile(impression)).toBe(expected);
  });
});
