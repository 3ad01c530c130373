import { expect, test } from 'vitest';
import { LocalArtifactStore } from '../../../src/adapters/local-store/local-artifact-store.ts';
import { indexWhatIsMissing } from '../../../src/activities/index-transcript.ts';
import { testFolder } from '../../support/test-folder.ts';

test('a transcript that cannot be indexed keeps no other from it', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => `job_${String(index).padStart(3, '0')}`);
  const damaged = new Set(ids.slice(0, 50));
  const indexed: string[] = [];
  const searchIndex = {
    missing: ({ after, limit }: { after: string; limit: number }) =>
      Promise.resolve(
        ids
          .filter((id) => id > after && !indexed.includes(id))
          .slice(0, limit)
          .map((jobId) => ({ jobId, userId: 'ada' })),
      ),
    replace: ({ jobId }: { jobId: string }) => {
      if (damaged.has(jobId)) return Promise.reject(new Error(`${jobId} is damaged.`));
      indexed.push(jobId);
      return Promise.resolve();
    },
    search: () => Promise.resolve([]),
  };
  const indexing = indexWhatIsMissing({ store: new LocalArtifactStore(testFolder()), searchIndex });
  await expect(indexing).rejects.toThrow('job_000 is damaged.');
  expect(indexed).toEqual(ids.slice(50));
});
