import { describe } from 'vitest';
import { createS3Store } from '../../../src/adapters/s3/create-s3-store.ts';
import { storageFaultsSuite } from '../contract/storage-faults.suite.ts';

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test-key',
  AWS_SECRET_ACCESS_KEY: 'test-secret',
});

const SHA256_OF_HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** As Amazon documents its REST errors: XML with Code and Message; a HEAD has no body. */
const error = (code: string): { type: string; body: string } => ({
  type: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>As scripted</Message><RequestId>1</RequestId></Error>`,
});

describe('S3', () => {
  storageFaultsSuite({
    makeStore: (address) => createS3Store({ bucket: 'talks', prefix: '', endpoint: address }),
    denied: [
      { status: 403, ...error('AccessDenied') },
      { status: 403, ...error('InvalidAccessKeyId') },
      { status: 401, ...error('Unauthorized') },
      { status: 404, ...error('NoSuchBucket') },
      { status: 301, ...error('PermanentRedirect') },
    ],
    passing: [
      { status: 503, ...error('SlowDown') },
      { status: 500, ...error('InternalError') },
      { status: 429, ...error('TooManyRequests') },
    ],
    unavailable: [
      { status: 503, ...error('SlowDown') },
      { status: 403, ...error('QuotaExceeded') },
    ],
    head: { 'x-amz-meta-sha256': SHA256_OF_HELLO, etag: '"1"', 'content-length': '5' },
    isWrite: ({ method }) => method === 'PUT',
    precondition: { status: 412, ...error('PreconditionFailed') },
    written: { status: 200, type: 'application/xml', body: '' },
  });
});
