import { CommanderError } from 'commander';
import { loadSettings, SettingsError } from '../config/settings.ts';
import { CliError, EXIT } from './cli-error.ts';
import { createProgram } from './program.ts';
import { errorText } from './terminal/error-text.ts';
import { processTerminal } from './terminal/terminal.ts';

/** Entry of the command line. */
// A reader that has seen enough (`clipscribe list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

const program = createProgram({
  terminal: processTerminal,
  settings: () => loadSettings(),
  exit: (code) => {
    process.exitCode = code;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (program.opts<{ debug?: boolean }>().debug === true) console.error(error);
  if (error instanceof CliError) {
    process.stderr.write(`${errorText(error)}\n`);
    return error.exitCode;
  }
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const unexpected = new CliError(error instanceof Error ? error.message : String(error), {
    fix: 'Run it again with --debug to see where this comes from.',
  });
  process.stderr.write(`${errorText(unexpected)}\n`);
  return EXIT.failed;
}
