import type { JobPolicy } from '../contracts/video-intelligence.ts';
import type { ArtifactStore, UploadReceiver } from '../ports/artifact-store.ts';
import type { JobsClient } from './jobs/jobs-client.ts';
import type { JobWatcher } from './jobs/job-watcher.ts';

/** What the API is made from; server.ts builds it. */
export interface ApiDependencies {
  jobs: JobsClient;
  watcher: JobWatcher;
  store: ArtifactStore;
  uploads: {
    maximumBytes: number;
    /** Null where clients send uploads to the storage itself. */
    receiver: UploadReceiver | null;
    signingKey: () => Promise<string>;
  };
  /** Frozen into every job that is submitted. */
  policy: JobPolicy;
  /** Takes `file:` addresses, and therefore answers this machine's own users only. */
  allowLocalFiles: boolean;
  /** For errors that are our own defects. */
  reportUnexpected: (error: Error) => void;
}
