import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';

/** Adds to each log line of a workflow whose job it is: the user, by whom turns are shared. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [],
  outbound: [
    {
      getLogAttributes: (attributes, next) =>
        next({ ...attributes, user: workflowInfo().priority?.fairnessKey || undefined }),
    },
  ],
});
