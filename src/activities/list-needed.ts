import { Context } from '@temporalio/activity';
import type { RetentionServiceActivities } from '../contracts/retention.ts';
import { keysNamedIn } from '../domain/retention.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import type { JobCatalogue } from '../ports/job-catalogue.ts';
import { withHeartbeat } from './activity-support.ts';

export interface ListNeededDependencies {
  catalogue: Pick<JobCatalogue, 'openJobs'>;
  store: ArtifactStore;
  /** All that a job's workflow has been told and has brought about, as text; empty where there is no workflow. */
  historyText: (jobId: string) => Promise<string>;
}

const PAGE_JOBS = 100;

/** See {@link RetentionServiceActivities.listNeeded}. */
export const createListNeeded =
  ({ catalogue, store, historyText }: ListNeededDependencies): RetentionServiceActivities['listNeeded'] =>
  () =>
    withHeartbeat(async ({ signal }) => {
      const needed = new Set<string>();
      let after: string | undefined;
      do {
        const page = await catalogue.openJobs({ limit: PAGE_JOBS, after });
        for (const { id, start, isHeld } of page) {
          signal.throwIfAborted();
          const text = JSON.stringify(start) + (isHeld ? await historyText(id) : '');
          for (const key of keysNamedIn(text)) needed.add(key);
        }
        after = page.length < PAGE_JOBS ? undefined : page.at(-1)?.id;
      } while (after !== undefined);
      // Among the outputs of stages, where a later night removes it.
      const key = `stages/retention/${Context.current().info.workflowExecution?.runId}.json`;
      return store.put(key, JSON.stringify([...needed]));
    });
