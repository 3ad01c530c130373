import { Runtime } from '@temporalio/worker';
import pino from 'pino';
import { temporalLogger } from '../adapters/temporal/temporal-logger.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { startServer } from './server.ts';
import { loadSettings, SettingsError } from '../config/settings.ts';

/** Entry of the API process. Drains on SIGTERM and SIGINT, and ends 0. */
const logger = pino({ base: { service: 'clipscribe-api' }, timestamp: pino.stdTimeFunctions.isoTime });

try {
  const settings = loadSettings();
  logger.level = settings.logLevel;
  // Signals are this process's own: the worker in it ends with the rest.
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });
  const server = await startServer(
    settings,
    (error) => logger.error({ err: error }, 'A request failed'),
    (error) => logger.warn({ err: error }, 'The nightly clean-up cannot be scheduled yet'),
  );
  logger.info({ address: server.address }, 'The API listens');
  const stop = (): void => {
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  logger.fatal(
    error instanceof SettingsError || ClipScribeError.is(error) ? { reason: error.message } : { err: error },
    'The API cannot run',
  );
  process.exit(error instanceof SettingsError ? 2 : 1);
}
