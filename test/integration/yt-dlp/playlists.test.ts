import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEgress, type RunningEgress } from '../../../src/adapters/egress/create-egress.ts';
import { createPlaylistReader } from '../../../src/adapters/yt-dlp/create-playlist-reader.ts';
import { MediaServer } from '../../support/media-server.ts';
import { testFolder } from '../../support/test-folder.ts';
import { tools } from '../../support/tools.ts';
import { never } from '../contract/video-source.suite.ts';

describe('playlists, with the real yt-dlp', () => {
  let server: MediaServer;
  let egress: RunningEgress;

  beforeAll(async () => {
    egress = await createEgress({
      policy: { allowsAddress: (address) => address === '127.0.0.1', allowsPort: () => true },
    });
  });
  afterAll(() => egress.close());
  beforeEach(async () => {
    server = await new MediaServer().start();
    return () => server.close();
  });

  const read = (url: string) =>
    createPlaylistReader({ egress, ytDlp: tools.ytDlp }).read(url, {
      ...{ workDirectory: testFolder(), signal: never },
    });

  it('lists the videos of a feed without opening any of them', async () => {
    const items = ['one', 'two'].map(
      (name) => `<item><title>Talk ${name}</title><link>${server.url(`/${name}.html`)}</link></item>`,
    );
    const filePath = join(testFolder(), 'feed.xml');
    await writeFile(
      filePath,
      `<?xml version="1.0"?><rss version="2.0"><channel><title>All talks</title>${items.join('')}</channel></rss>`,
    );
    server.files.set('/feed.xml', { filePath, contentType: 'application/rss+xml' });
    expect(await read(server.url('/feed.xml'))).toEqual({
      title: 'All talks',
      entries: ['one', 'two'].map((name) => ({ url: server.url(`/${name}.html`), title: `Talk ${name}` })),
    });
    expect(server.requests.filter((request) => request.includes('.html'))).toEqual([]);
  });

  it('is led into no private network', async () => {
    await expect(read('http://127.0.0.2/feed.xml')).rejects.toMatchObject({ code: 'AddressBlocked' });
  });

  it('says that a page has no video', async () => {
    const filePath = join(testFolder(), 'page.html');
    await writeFile(filePath, '<title>Nothing here</title>');
    server.files.set('/page.html', { filePath, contentType: 'text/html' });
    await expect(read(server.url('/page.html'))).rejects.toMatchObject({ code: 'UnsupportedSite' });
  });
});
