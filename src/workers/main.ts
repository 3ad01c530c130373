import { Option } from 'commander';
import { DOWNLOAD_ROLE, WORKER_ROLES, type WorkerRole } from '../contracts/task-queues.ts';
import { createLogger } from '../adapters/pino/create-logger.ts';
import { ClipScribeError, ERRORS } from '../domain/errors.ts';
import { processCommand } from '../config/process-command.ts';
import { loadSettings, SettingsError } from '../config/settings.ts';
import { runDownloadWorker } from './download/run-download-worker.ts';
import { runWorker } from './run-worker.ts';

/** Entry of a worker process: `main.ts --role short|long|all|download`. Ends 0 when it has drained. */
const { role } = processCommand(
  'worker',
  'Takes jobs from Temporal; with the role download, downloads for yours.',
)
  .addOption(
    new Option('--role <role>', 'which work it takes')
      .choices([...Object.keys(WORKER_ROLES), DOWNLOAD_ROLE])
      .default('all'),
  )
  .parse()
  .opts<{ role: WorkerRole | typeof DOWNLOAD_ROLE }>();

try {
  const settings = loadSettings();
  const logger = createLogger(settings.logLevel, { role });
  if (role === DOWNLOAD_ROLE) await runDownloadWorker(settings, logger);
  else await runWorker(role, settings, logger);
  process.exit(0);
} catch (error) {
  createLogger('error', { role }).fatal(describe(error), 'The worker cannot run');
  process.exit(isWrongSetting(error) ? 2 : 1);
}

/** Starting again would not help. */
function isWrongSetting(error: unknown): boolean {
  return (
    error instanceof SettingsError || (ClipScribeError.is(error) && error.code === 'SpeakerEncoderUnusable')
  );
}

function describe(error: unknown): object {
  if (error instanceof SettingsError) return { reason: error.message };
  if (ClipScribeError.is(error)) return { reason: error.message, fix: ERRORS[error.code].fix, error };
  return { error };
}
