import { Runtime } from '@temporalio/worker';
import { createLogger } from '../adapters/pino/create-logger.ts';
import { temporalLogger } from '../adapters/temporal/temporal-logger.ts';
import { ClipScribeError } from '../domain/errors.ts';
import { startServer } from './server.ts';
import { processCommand } from '../config/process-command.ts';
import { loadSettings, SettingsError } from '../config/settings.ts';
import { isTracingOn } from '../config/tracing.ts';

/** Entry of the API process. Drains on SIGTERM and SIGINT, and ends 0. */
processCommand('api', 'Answers REST requests.').parse();
const logger = createLogger('info', { service: 'clipscribe-api' });

try {
  const settings = loadSettings();
  logger.level = settings.logLevel;
  // Signals are this process's own: the worker in it ends with the rest.
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] });
  // Loaded only where it is wanted.
  const tracing = isTracingOn()
    ? (await import('../adapters/opentelemetry/start-tracing.ts')).startTracing('clipscribe-api', logger)
    : undefined;
  const server = await startServer(
    settings,
    (error, request) => logger.error({ error, ...request }, 'Something failed'),
    {
      notReady: (error) => logger.warn({ error }, 'What is to be done regularly cannot be scheduled yet'),
      unfairTurns: (notice) => logger.warn({ notice }, 'The Temporal server does not give fair turns'),
      answered: (request) => logger.info(request, 'Answered'),
    },
    tracing,
  );
  logger.info({ address: server.address }, 'The API listens');
  const stop = (): void => {
    void server
      .close()
      .then(() => tracing?.shutdown())
      .then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  logger.fatal(
    error instanceof SettingsError || ClipScribeError.is(error) ? { reason: error.message } : { error },
    'The API cannot run',
  );
  process.exit(error instanceof SettingsError ? 2 : 1);
}
