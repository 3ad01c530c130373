import { describe } from 'vitest';
import { createGcsStore } from '../../../src/adapters/gcs/create-gcs-store.ts';
import { storageFaultsSuite } from '../contract/storage-faults.suite.ts';

const SHA256_OF_HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

/** As Google documents the errors of its JSON API. */
const error = (status: number, reason: string): { status: number; type: string; body: string } => ({
  status,
  type: 'application/json; charset=UTF-8',
  body: JSON.stringify({
    error: {
      code: status,
      message: 'As scripted',
      errors: [{ message: 'As scripted', domain: 'global', reason }],
    },
  }),
});

const object = {
  kind: 'storage#object',
  name: 'jobs/a',
  bucket: 'talks',
  generation: '1',
  size: '5',
  timeCreated: '2026-11-22T12:00:00.000Z',
  metadata: { sha256: SHA256_OF_HELLO },
};

describe('Google Cloud Storage', () => {
  storageFaultsSuite({
    makeStore: (address) => createGcsStore({ bucket: 'talks', prefix: '', endpoint: address }),
    denied: [
      error(403, 'forbidden'),
      error(401, 'authError'),
      {
        ...error(404, 'notFound'),
        body: JSON.stringify({ error: { code: 404, message: 'The specified bucket does not exist.' } }),
      },
    ],
    passing: [error(503, 'backendError'), error(500, 'internalError'), error(429, 'rateLimitExceeded')],
    unavailable: [
      error(503, 'backendError'),
      error(403, 'userRateLimitExceeded'),
      error(403, 'quotaExceeded'),
    ],
    head: { object },
    isWrite: ({ method }) => method === 'POST',
    precondition: error(412, 'conditionNotMet'),
    written: { status: 200, type: 'application/json', body: JSON.stringify(object) },
  });
});
