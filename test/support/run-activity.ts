import type { Info } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';

/** Runs a step as Temporal's worker would: with heartbeats, and an attempt number. */
export const runActivity = <T>(activity: () => Promise<T>, info: Partial<Info> = {}): Promise<T> =>
  new MockActivityEnvironment(info).run(activity);
