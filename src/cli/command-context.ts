import type { Settings } from '../config/settings.ts';
import type { ExitCode } from './cli-error.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What commands are given, so that none reaches for the process itself. */
export interface CommandContext {
  terminal: Terminal;
  /** Read when a command needs them: `--help` works with broken settings too. */
  settings(): Settings;
  /** Whether `--debug` was given. */
  debug(): boolean;
  /** Sets the code that the process ends with. */
  exit(code: ExitCode): void;
}
