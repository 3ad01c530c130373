import { describe, expect, it } from 'vitest';
import { parsePlaylist } from '../../../../src/adapters/yt-dlp/playlist-info.ts';

const ADDRESS = 'https://example.org/list';
const parse = (document: unknown) => parsePlaylist(JSON.stringify(document), ADDRESS);

describe('the description of a playlist', () => {
  it('gives the pages of its videos in order, with clean titles', () => {
    expect(
      parse({
        _type: 'playlist',
        title: 'All\u0007 talks',
        entries: [
          { _type: 'url', url: 'https://example.org/1', title: 'One' },
          null,
          { url: 'https://cdn.example.org/2.mp4', webpage_url: 'https://example.org/2#t=1', title: null },
        ],
      }),
    ).toEqual({
      title: 'All talks',
      entries: [
        { url: 'https://example.org/1', title: 'One' },
        { url: 'https://example.org/2', title: null },
      ],
    });
  });

  it('makes one list of lists within lists', () => {
    const tab = (name: string) => ({ entries: [{ url: `https://example.org/${name}` }] });
    expect(parse({ entries: [tab('videos'), tab('shorts')] }).entries.map(({ url }) => url)).toEqual([
      'https://example.org/videos',
      'https://example.org/shorts',
    ]);
  });

  it('takes the page of one video for a list of one', () => {
    expect(parse({ title: 'A talk', url: 'https://cdn.example.org/a.mp4' }).entries).toEqual([
      { url: ADDRESS, title: 'A talk' },
    ]);
  });

  it('leaves out what is no address for us, and refuses a list without any', () => {
    const hostile = ['file:///etc/passwd', 'https://me:secret@example.org', 'x'.repeat(5000), 7, 'nothing'];
    const entries = hostile.map((url) => ({ url }));
    expect(() => parse({ entries })).toThrow('No video was found');
    expect(parse({ entries: [...entries, { url: 'https://example.org/1' }] }).entries).toHaveLength(1);
    expect(() => parsePlaylist('<html>', ADDRESS)).toThrow('no description');
  });
});
