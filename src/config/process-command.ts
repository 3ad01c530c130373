import { Command } from 'commander';

const USAGE = 2;

/**
 * The command line of a process that production runs, `clipscribe worker` or `clipscribe api`. Asked for help, the
 * process ends 0; a mistake ends it 2 with a sentence on what is allowed.
 */
export const processCommand = (name: string, description: string): Command =>
  new Command(`clipscribe ${name}`)
    .description(description)
    .showHelpAfterError('(see --help)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE))
    .addHelpText('after', '\nEverything else is set by the environment or a .env file (docs/settings.md).');
