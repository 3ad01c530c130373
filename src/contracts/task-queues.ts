import type { Route } from '../domain/route.ts';

/**
 * Task queues. Workflow code and steps that any host can do run on `control`; everything that touches media
 * runs on the queue of the job's route, so that short work stays on Cloud Run and hours-long work on a VM (H2).
 */
export const TASK_QUEUES = {
  control: 'clipscribe',
  short: 'clipscribe-short',
  long: 'clipscribe-long',
  /** Steps that need the database of accounts: the API's process serves it, and no worker. */
  service: 'clipscribe-service',
  /** Calls to other people's endpoints and mail servers, which may hang: apart from `service`, so that they hold up nothing. */
  notify: 'clipscribe-notify',
} as const;

export const routeQueue = (route: Route): string => TASK_QUEUES[route];

/** Roles of a worker process, and the routes whose media work it takes. Every role serves `control`. */
export const WORKER_ROLES = {
  short: ['short'],
  long: ['long'],
  local: ['short', 'long'],
} as const satisfies Record<string, readonly Route[]>;

export type WorkerRole = keyof typeof WORKER_ROLES;
