import { parseArgs } from 'node:util';
import { WORKER_ROLES, type WorkerRole } from '../contracts/task-queues.ts';
import { createLogger } from './logger.ts';
import { ClipScribeError, ERRORS } from '../domain/errors.ts';
import { loadSettings, SettingsError } from '../config/settings.ts';
import { runWorker } from './run-worker.ts';

/** Entry of a worker process: `main.ts --role short|long|local`. Ends 0 when it has drained. */
const { values } = parseArgs({ options: { role: { type: 'string', default: 'local' } } });

const isRole = (role: string): role is WorkerRole => Object.hasOwn(WORKER_ROLES, role);

try {
  if (!isRole(values.role)) {
    throw new SettingsError(`--role takes ${Object.keys(WORKER_ROLES).join(', ')}; not "${values.role}".`);
  }
  const settings = loadSettings();
  await runWorker(values.role, settings, createLogger(settings.logLevel, { role: values.role }));
  process.exit(0);
} catch (error) {
  createLogger('error', { role: values.role }).fatal(describe(error), 'The worker cannot run');
  process.exit(error instanceof SettingsError ? 2 : 1);
}

function describe(error: unknown): object {
  if (error instanceof SettingsError) return { reason: error.message };
  if (ClipScribeError.is(error)) return { reason: error.message, fix: ERRORS[error.code].fix, error };
  return { error };
}
