import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Adds to each log line of a step whose job it works for: the user, by whom turns are shared. */
export const logUser: ActivityInterceptorsFactory = ({ info }) => ({
  outbound: {
    getLogAttributes: (attributes, next) =>
      next({ ...attributes, user: info.priority?.fairnessKey || undefined }),
  },
});
