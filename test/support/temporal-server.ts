import { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTES } from '../../src/contracts/jobs.ts';
import { tools } from './tools.ts';

/** A real Temporal dev server of the installed CLI, with our search attributes, for one test file. */
export function startTemporal(): Promise<TestWorkflowEnvironment> {
  const executable = tools.temporal;
  if (executable === null)
    throw new Error('These tests start a Temporal server of their own: unset TEMPORAL_ADDRESS.');
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: executable },
      searchAttributes: Object.values(SEARCH_ATTRIBUTES),
    },
  });
}
