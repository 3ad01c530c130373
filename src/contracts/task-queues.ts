import type { Route } from '../domain/route.ts';

/**
 * Task queues. Jobs' workflow code and steps that any host can do run on `control`; everything that touches media
 * runs on the queue of the job's route, so that short work stays on Cloud Run and hours-long work on a VM (H2).
 */
export const TASK_QUEUES = {
  control: 'clipscribe',
  short: 'clipscribe-short',
  long: 'clipscribe-long',
  /**
   * Steps that need the database of accounts, and the workflows that need no worker: looking for alerts and telling
   * people, which must go on where the last worker has gone. The API's process serves it, and no worker.
   */
  service: 'clipscribe-service',
  /**
   * Calls to other people's endpoints and mail servers, which may hang: apart from `service`, so that they hold up
   * nothing.
   */
  notify: 'clipscribe-notify',
} as const;

/** Media steps side by side in one process; the model server decodes one chunk at a time in any case. */
export const MEDIA_SLOTS = 6;

/**
 * The queue of one user's download workers, which run on machines of that user (B2). No process of the installation
 * takes work from it; the API hands it out to whoever has a token of the user.
 */
export const downloadQueue = (userId: string): string => `clipscribe-download-${userId}`;

export const routeQueue = (route: Route): string => TASK_QUEUES[route];

/** Roles of a worker process that polls Temporal, and the routes whose media work it takes. Each serves `control`. */
export const WORKER_ROLES = {
  short: ['short'],
  long: ['long'],
  all: ['short', 'long'],
} as const satisfies Record<string, readonly Route[]>;

export type WorkerRole = keyof typeof WORKER_ROLES;

/** The role of a worker on a user's own machine, which asks the API for work, and never Temporal. */
export const DOWNLOAD_ROLE = 'download';
