import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Option, type Command } from 'commander';
import { answerOf, fetchFrom } from './api/api-client.ts';
import { requireApi } from './api/find-api.ts';
import { CliError, EXIT } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { jsonOption } from './job-options.ts';
import { printAnswer, type JsonFlag } from './print-answer.ts';

const FORMATS = ['srt', 'vtt', 'rttm'];
const PARTS = ['transcript', 'speakers'] as const;

interface ImportOptions extends JsonFlag {
  undo?: (typeof PARTS)[number];
}

/** `clipscribe import`: somebody's own subtitles or speakers in place of ours. */
export function registerImportCommand(program: Command, context: CommandContext): void {
  program
    .command('import')
    .summary('put a subtitle or speaker file in place of what was found')
    .description(
      'Replaces the words of a job by those of an SRT or WebVTT file, or its speakers by those of an RTTM file, and has everything else written anew.',
    )
    .argument('<id>', 'job id')
    .argument('[file]', 'a file that ends in .srt, .vtt or .rttm')
    .addOption(new Option('--undo <part>', 'go back to what the models found').choices(PARTS))
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  $ npx clipscribe import job_01… corrected.srt')
    .action(async (id: string, file: string | undefined, { undo, ...options }: ImportOptions) => {
      const api = await requireApi(context.settings());
      const imports = api.client.api.jobs[':id'].imports;
      let answer: { message: string };
      if (undo !== undefined)
        answer = await answerOf(api, imports[':part'].$delete({ param: { id, part: undo } }));
      else {
        const { format, content } = await fileToImport(file);
        const path = `/api/jobs/${encodeURIComponent(id)}/imports/${format}`;
        const headers = { 'content-type': 'text/plain; charset=utf-8' };
        const response = await fetchFrom(api, path, { method: 'PUT', body: content, headers });
        answer = (await response.json()) as { message: string };
      }
      const text = `${answer.message}\nWait for them with: npx clipscribe watch ${id}`;
      printAnswer(context, answer, text, options);
    });
}

async function fileToImport(
  file: string | undefined,
): Promise<{ format: string; content: Uint8Array<ArrayBuffer> }> {
  const usage = (message: string): CliError =>
    new CliError(message, { exitCode: EXIT.usage, fix: 'Give a file that ends in .srt, .vtt or .rttm.' });
  if (file === undefined) throw usage('There is no file to import.');
  const format = extname(file).slice(1).toLowerCase();
  if (!FORMATS.includes(format)) throw usage(`${file} is in no format that can be imported.`);
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) throw usage(`There is no file ${file} that can be read.`);
  return { format, content: new Uint8Array(content) };
}
