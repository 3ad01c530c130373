import { Option, type Command } from 'commander';
import { checkInputs } from '../api/submit-input.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { onInterrupt } from '../interrupt.ts';
import { jobSettingOptions, settingsOf, settingWords, type SettingFlags } from '../job-options.ts';
import { notifyOption, notifyWords, type Notify } from '../notify-option.ts';
import { createHumanRunOutput } from './human-run-output.ts';
import { createJsonRunOutput } from './json-run-output.ts';
import { runJobs } from './run-jobs.ts';

interface RunOptions extends SettingFlags {
  outputDir: string;
  notify?: Notify;
  json?: boolean;
}

/** `clipscribe run`: what `npm start --` runs. */
export function registerRunCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('run')
    .summary('process videos and write the results')
    .description(
      [
        'Processes videos (files, or addresses of pages or media files) and writes transcript, subtitles,',
        'entities, knowledge graph and report. Starts what it needs on this machine unless it already runs.',
        'The same command again after an interruption goes on where it stopped.',
      ].join(' '),
    )
    .argument('<input...>', 'video files or http addresses')
    .option(
      '-o, --output-dir <dir>',
      'folder for the results; with several inputs, one below it for each job',
      'out',
    )
    .addOption(notifyOption())
    .addOption(new Option('--json', 'print one JSON object per event'))
    .addHelpText(
      'after',
      `
Examples:
  $ npx clipscribe run talk.mp4
  $ npx clipscribe run https://example.org/talk --output-dir talk --language en
  $ npx clipscribe run clip.mp4 --subtitles shorts --set subtitles.maxCharactersPerLine=20
  $ npx clipscribe run lecture-1.mp4 lecture-2.mp4 --json

Exit codes: 0 done, 1 a job failed, 2 wrong usage, 3 needs attention, 130 interrupted (the job is kept).`,
    )
    .action(async (given: string[], options: RunOptions) => {
      const inputs = await checkInputs(given);
      const settings = context.settings();
      const output = options.json
        ? createJsonRunOutput(context.terminal)
        : createHumanRunOutput(context.terminal);
      using interrupt = onInterrupt();
      const request = {
        inputs,
        outputFolder: options.outputDir,
        jobSettings: settingsOf(options),
        notify: options.notify,
        command: commandLine(given, options),
      };
      try {
        context.exit(await runJobs(request, { settings, output, signal: interrupt.signal }));
      } catch (error) {
        if (!(error instanceof CliError) || context.debug()) throw error;
        output.error(error);
        context.exit(error.exitCode);
      }
    });
  for (const option of jobSettingOptions()) command.addOption(option);
}

/** The command that does the same again, to be pasted into a shell. */
function commandLine(given: readonly string[], { outputDir, notify, ...flags }: RunOptions): string {
  const words = ['npx', 'clipscribe', 'run', ...given];
  if (outputDir !== 'out') words.push('--output-dir', outputDir);
  words.push(...notifyWords(notify), ...settingWords(settingsOf(flags)));
  return words
    .map((word) => (/^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
