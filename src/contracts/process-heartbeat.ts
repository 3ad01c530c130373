/**
 * What stands in place of a task queue in the heartbeat that a worker process with a limit to its memory sends beside
 * those of the SDK, which know the memory of the machine only. No queue has this name.
 */
export const PROCESS_HEARTBEAT = 'clipscribe-process';
