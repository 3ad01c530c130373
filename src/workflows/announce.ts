import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { ANNOUNCE_EVENT, type AnnounceEventInput } from '../contracts/notifications.ts';
import { TASK_QUEUES } from '../contracts/task-queues.ts';

/**
 * Has people told of an event, by a workflow of its own that outlives this one: waits until it is there, and for
 * nothing that it does. The same event again is told once.
 */
export async function announce(input: AnnounceEventInput): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() =>
      startChild(ANNOUNCE_EVENT, {
        workflowId: input.eventId,
        taskQueue: TASK_QUEUES.service,
        args: [input],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        cancellationType: ChildWorkflowCancellationType.ABANDON,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `${input.event.type} of ${input.event.data.id}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
