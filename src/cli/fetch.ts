import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { downloadResults } from './api/download-results.ts';
import { requireApi } from './api/find-api.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';

/** `clipscribe fetch`: brings the results of a job. */
export function registerFetchCommand(program: Command, context: CommandContext): void {
  program
    .command('fetch')
    .summary('write the results of a job into a folder')
    .description('Writes the result files of a completed job into a folder and prints their paths.')
    .argument('<id>', 'job id')
    .option('-o, --output-dir <dir>', 'folder for the results', 'out')
    .addOption(jsonOption())
    .action(async (jobId: string, { outputDir, json }: { outputDir: string; json?: boolean }) => {
      const api = await requireApi(context.settings());
      const files = await downloadResults(api, jobId, resolve(outputDir));
      const text = json
        ? JSON.stringify(files)
        : files.map(({ path }) => relative(process.cwd(), path)).join('\n');
      context.terminal.stdout.write(`${text}\n`);
    });
}
