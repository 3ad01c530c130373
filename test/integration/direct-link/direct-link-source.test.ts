import { createEgress } from '../../../src/adapters/egress/create-egress.ts';
import { PUBLIC_AND_PRIVATE_ADDRESSES } from '../../../src/adapters/egress/address-policy.ts';
import { createDirectLinkSource } from '../../../src/adapters/direct-link/create-direct-link-source.ts';
import { describeVideoSource, mediaTool } from '../contract/video-source.suite.ts';

describeVideoSource('direct link', async () => {
  const egress = await createEgress({ policy: PUBLIC_AND_PRIVATE_ADDRESSES });
  return {
    source: createDirectLinkSource({ egress, mediaTool, maxBytes: 1e9 }),
    locate: (filePath, server) => {
      server.files.set('/clip.mkv', { filePath, contentType: 'video/x-matroska', etag: '"1"' });
      return { kind: 'url', url: server.url('/clip.mkv?token=secret') };
    },
    downloads: true,
    close: () => egress.close(),
  };
});
