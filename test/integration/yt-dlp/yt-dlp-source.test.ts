import { createEgress } from '../../../src/adapters/egress/create-egress.ts';
import { PUBLIC_AND_PRIVATE_ADDRESSES } from '../../../src/adapters/egress/address-policy.ts';
import { createYtDlpSource } from '../../../src/adapters/yt-dlp/create-yt-dlp-source.ts';
import { tools } from '../../support/tools.ts';
import { describeVideoSource } from '../contract/video-source.suite.ts';

describeVideoSource('page', async () => {
  const egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
  return {
    source: createYtDlpSource({ egress, ytDlp: tools.ytDlp, maxBytes: 1e9 }),
    locate: (filePath, server) => {
      server.files.set('/clip.mkv', { filePath, contentType: 'video/x-matroska', etag: '"1"' });
      const url = server.page(
        '/page',
        `<html><head><title>Site</title><meta property="og:title" content="A sweeping tone">
          <meta property="og:video" content="${server.url('/clip.mkv')}"></head></html>`,
      );
      return { kind: 'url', url: `${url}?token=secret` };
    },
    downloads: true,
    close: () => egress.close(),
  };
});
