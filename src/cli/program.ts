import { Command, Option } from 'commander';
import type { Settings } from '../config/settings.ts';
import type { CommandContext } from './command-context.ts';
import { registerAdminCommands } from './admin.ts';
import { registerCorrectionCommands } from './corrections.ts';
import { registerBatchCommands } from './batch/batch.ts';
import { registerCompletionCommand } from './completion.ts';
import { registerDoctorCommand } from './doctor.ts';
import { registerFeedbackCommand } from './feedback.ts';
import { registerFetchCommand } from './fetch.ts';
import { registerImportCommand } from './import.ts';
import { registerJobActionCommands } from './job-actions.ts';
import { registerListCommand } from './list.ts';
import { registerQueueCommand } from './queue.ts';
import { registerReelCommands } from './reel.ts';
import { registerRunCommand } from './run/run.ts';
import { registerSearchCommand } from './search.ts';
import { registerStatusCommand } from './status.ts';
import { registerSubmitCommand } from './submit.ts';
import { registerTokenCommands } from './token.ts';
import { registerUpCommand } from './up.ts';
import { registerUsageCommand } from './usage.ts';
import { registerVoiceCommands } from './voices.ts';
import { registerWatchCommand } from './watch.ts';
import { registerWebhookCommands } from './webhook.ts';

/** The command line, without running it. */
export function createProgram(context: Omit<CommandContext, 'debug'>): Command {
  const program = new Command('clipscribe')
    .description(
      'Transcripts, subtitles, entities, a knowledge graph and a report from videos of any length.',
    )
    .addOption(new Option('--debug', 'show where errors come from'))
    .showHelpAfterError('(see --help)')
    .configureOutput({
      writeOut: (text) => void context.terminal.stdout.write(text),
      writeErr: (text) => void context.terminal.stderr.write(text),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Processes that production runs, each on a machine of its own:
  worker --role <short|long|all>   takes jobs from Temporal
  worker --role download           downloads for your jobs on a machine of yours
  api                              answers REST requests

Settings come from the environment or a .env file: CLIPSCRIBE_HOME, CLIPSCRIBE_API_URL, TEMPORAL_ADDRESS, …
Most start with:  npx clipscribe run talk.mp4`,
    );
  const debug = (): boolean => program.opts<{ debug?: boolean }>().debug === true;
  let settings: Settings | undefined;
  // Reading takes the secrets out of the environment, so it can be done once only.
  const full: CommandContext = { ...context, debug, settings: () => (settings ??= context.settings()) };
  program.commandsGroup('On this machine:');
  registerRunCommand(program, full);
  registerUpCommand(program, full);
  registerDoctorCommand(program, full);
  program.commandsGroup('Jobs:');
  registerSubmitCommand(program, full);
  registerListCommand(program, full);
  registerStatusCommand(program, full);
  registerWatchCommand(program, full);
  registerFetchCommand(program, full);
  registerSearchCommand(program, full);
  registerJobActionCommands(program, full);
  registerCorrectionCommands(program, full);
  registerImportCommand(program, full);
  registerReelCommands(program, full);
  registerWebhookCommands(program, full);
  registerFeedbackCommand(program, full);
  registerUsageCommand(program, full);
  registerQueueCommand(program, full);
  registerVoiceCommands(program, full);
  program.commandsGroup('Many jobs:');
  registerBatchCommands(program, full);
  program.commandsGroup('Administration:');
  registerTokenCommands(program, full);
  registerAdminCommands(program, full);
  program.commandsGroup('Help:');
  registerCompletionCommand(program, full);
  return program;
}
