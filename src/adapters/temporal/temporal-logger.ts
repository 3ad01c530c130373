import type pino from 'pino';
import type { Logger, LogLevel, LogMetadata } from '@temporalio/worker';
import { isJobKind } from '../../domain/job-kinds.ts';

const LEVELS: Record<LogLevel, pino.Level> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The Temporal SDK's log in ours, with our names: `job`, `stage` and `queue`, beside `user` and `attempt`. */
export const temporalLogger = (logger: pino.Logger): Logger => {
  const log = (level: LogLevel, message: string, meta?: LogMetadata): void =>
    logger[LEVELS[level]](fieldsOf(meta ?? {}), message);
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
};

function fieldsOf({ activityType, taskQueue, taskToken: _credential, ...meta }: LogMetadata): object {
  return {
    ...(isJobKind(meta['workflowType']) ? { job: meta['workflowId'] as unknown } : {}),
    stage: activityType as unknown,
    queue: taskQueue as unknown,
    ...meta,
  };
}
