import type { Command } from 'commander';
import { requireApi } from './api/find-api.ts';
import { checkInputs, submitInput } from './api/submit-input.ts';
import type { CommandContext } from './command-context.ts';
import { printAnswer } from './print-answer.ts';
import { uploadProgress } from './terminal/upload-progress.ts';
import { notifyOption, type Notify } from './notify-option.ts';
import {
  jobSettingOptions,
  jsonOption,
  priorityOption,
  settingsOf,
  type SettingFlags,
} from './job-options.ts';

interface SubmitOptions extends SettingFlags {
  priority?: number;
  project?: string;
  notify?: Notify;
  json?: boolean;
}

/** `clipscribe submit`: starts jobs and leaves them to the workers. */
export function registerSubmitCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('submit')
    .summary('submit videos and print their job ids')
    .description('Submits videos and prints one job id per line. The jobs go on by themselves.')
    .argument('<input...>', 'video files or http addresses')
    .addOption(priorityOption())
    .option('--project <name>', 'your name for what belongs together')
    .addOption(notifyOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ id=$(npx clipscribe submit talk.mp4)\n  $ npx clipscribe watch "$id"',
    )
    .action(async (given: string[], { priority, project, notify, json, ...flags }: SubmitOptions) => {
      const inputs = await checkInputs(given);
      const api = await requireApi(context.settings());
      const settings = settingsOf(flags);
      for (const input of inputs) {
        const { job } = await submitInput(api, input, {
          settings,
          priority,
          projectId: project,
          notify,
          attach: false,
          onUploadProgress: uploadProgress(context.terminal, input.given),
        });
        printAnswer(context, job, job.id, { json });
      }
    });
  for (const option of jobSettingOptions()) command.addOption(option);
}
