import { NativeConnection, Worker } from '@temporalio/worker';
import { TASK_QUEUES } from '../src/contracts/task-queues.ts';
import { workflowCode } from '../test/support/workflow-harness.ts';

/** Program: a worker that runs workflow code alone, so that jobs answer and wait for their first step. */
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' }),
  taskQueue: TASK_QUEUES.control,
  workflowBundle: await workflowCode(),
});
process.stdout.write('{"ready": true}\n');
await worker.run();
