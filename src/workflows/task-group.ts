import { CancellationScope } from '@temporalio/workflow';

/** Tasks that run side by side. */
export interface TaskGroup {
  /** Tasks that have not settled. */
  readonly size: number;
  start(task: () => Promise<void>): void;
}

/**
 * Structured concurrency: runs a body that starts tasks, and settles when all have settled. When the body or a
 * task fails, the rest is cancelled and waited for, so that no child process outlives the job; then the first
 * failure is thrown.
 */
export async function withTaskGroup(body: (group: TaskGroup) => Promise<void>): Promise<void> {
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const running = new Set<Promise<void>>();
    let failure: { error: unknown } | undefined;
    const supervise = (task: () => Promise<void>): void => {
      const supervised = task()
        .catch((error: unknown) => {
          // The first failure is the cause; the cancellations it brings about in the others are not.
          failure ??= { error };
          scope.cancel();
        })
        .finally(() => running.delete(supervised));
      running.add(supervised);
    };
    let bodyRuns = true;
    supervise(() =>
      body({
        get size() {
          return running.size - (bodyRuns ? 1 : 0);
        },
        start: supervise,
      }).finally(() => {
        bodyRuns = false;
      }),
    );
    while (running.size > 0) await Promise.all(running);
    if (failure !== undefined) throw failure.error;
  });
}

/** Runs branches side by side and returns their results in order; fails as {@link withTaskGroup} does. */
export async function allOrCancel<T extends readonly unknown[]>(branches: {
  [Index in keyof T]: () => Promise<T[Index]>;
}): Promise<T> {
  const results: unknown[] = [];
  await withTaskGroup(async (group) => {
    branches.forEach((branch, index) => {
      group.start(async () => {
        results[index] = await branch();
      });
    });
  });
  return results as unknown as T;
}
