import pino from 'pino';
import type { Logger, LogLevel } from '@temporalio/worker';

/** JSON lines on standard output. Nothing is logged but codes, ids and numbers; titles and URLs stay out. */
export const createLogger = (level: string, context: Record<string, string>): pino.Logger =>
  pino({
    level,
    base: context,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: pino.stdSerializers.err },
  });

const LEVELS: Record<LogLevel, pino.Level> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** The Temporal SDK's log in ours. */
export const temporalLogger = (logger: pino.Logger): Logger => {
  const log = (level: LogLevel, message: string, meta?: object): void =>
    logger[LEVELS[level]]({ ...meta }, message);
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
};
