import { MockActivityEnvironment } from '@temporalio/testing';

/** Runs a step as Temporal's worker would: with heartbeats, and an attempt number. */
export const runActivity = <T>(activity: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment().run(activity);
