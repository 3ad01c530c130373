import { describe, expect, it } from 'vitest';
import { parseInfo } from '../../../../src/adapters/yt-dlp/info.ts';
import { videoMetadataSchema } from '../../../../src/domain/media.ts';

const ADDRESS = 'https://video.example/watch?v=1';

const info = {
  id: 'abc',
  title: 'Senate\nhearing',
  webpage_url: 'https://video.example/watch?v=abc&token=secret',
  extractor_key: 'Youtube',
  channel: 'Senate',
  duration: 3600.5,
  language: 'en-US',
  upload_date: '20260504',
  chapters: [{ start_time: 0, end_time: 60, title: 'Opening' }, { start_time: 'x' }],
  thumbnail: 'https://video.example/a.jpg',
  is_live: false,
  live_status: 'not_live',
  age_limit: 0,
};

describe('parseInfo', () => {
  it('reads what a page tells', () => {
    const { metadata } = parseInfo(JSON.stringify(info), ADDRESS);
    expect(videoMetadataSchema.parse(metadata)).toEqual({
      id: 'abc',
      title: 'Senate hearing',
      url: 'https://video.example/watch?v=abc',
      channel: 'Senate',
      durationSeconds: 3600.5,
      language: 'en-US',
      uploadedAt: '2026-05-04',
      chapters: [{ start: 0, end: 60, title: 'Opening' }],
      thumbnailUrl: 'https://video.example/a.jpg',
      isLive: false,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      ageLimit: 0,
    });
  });

  it('takes fields of the wrong kind for fields that are not told', () => {
    const odd = {
      ...info,
      duration: 'long',
      language: '<script>',
      timestamp: 1e300,
      chapters: 'none',
      is_live: 'no',
    };
    const { metadata } = parseInfo(JSON.stringify(odd), ADDRESS);
    expect(metadata).toMatchObject({ durationSeconds: null, language: null, chapters: [], isLive: false });
    expect(videoMetadataSchema.safeParse(metadata).success).toBe(true);
  });

  it.each(['is_live', 'is_upcoming', 'post_live'])(
    'knows by the state %s that the video has not ended',
    (state) => {
      expect(parseInfo(JSON.stringify({ ...info, live_status: state }), ADDRESS).metadata.isLive).toBe(true);
    },
  );

  it('gives no fingerprint where the id is made up from the address', () => {
    const generic = { ...info, extractor_key: 'Generic' };
    expect(parseInfo(JSON.stringify(generic), ADDRESS).metadata.fingerprint).toBeNull();
  });

  it('takes the only entry of a list', () => {
    const list = { _type: 'playlist', entries: [null, info], playlist_count: 1 };
    expect(parseInfo(JSON.stringify(list), ADDRESS).metadata.id).toBe('abc');
  });

  it.each([
    ['several entries', { _type: 'playlist', entries: [info, info], playlist_count: 40 }, 'UnsupportedSite'],
    ['no entry', { _type: 'playlist', entries: [] }, 'UnsupportedSite'],
    ['no description', null, 'ToolCrashed'],
  ])('refuses %s', (_name, document, code) => {
    expect(() => parseInfo(JSON.stringify(document), ADDRESS)).toThrow(expect.objectContaining({ code }));
  });
});
