import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { cutListOf, type CutList } from '../../domain/cut-list.ts';
import { toEdl } from '../../domain/edl.ts';
import { standardRate } from '../../domain/frame-rate.ts';
import { toOtio } from '../../domain/otio.ts';
import { proposalCsv } from '../../domain/proposal-csv.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { Rational } from '../../domain/reel-clip.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { readProposal } from './read-proposal.ts';

const FORMATS = ['otio', 'edl', 'csv'] as const;

interface ExportOptions {
  format: (typeof FORMATS)[number];
  rate?: Rational;
  media?: string;
  output?: string;
}

/** `clipscribe reel export`: a proposal for editing programs. */
export function registerReelExportCommand(reel: Command, context: CommandContext): void {
  reel
    .command('export')
    .summary('write a proposal for an editing program')
    .description('Writes a proposal as an OpenTimelineIO timeline, a CMX 3600 EDL or a table.')
    .argument('<proposal>', 'proposal.json, as it is or edited')
    .addOption(new Option('-f, --format <format>', 'what to write').choices(FORMATS).makeOptionMandatory())
    .option('--rate <fps>', "pictures a second, such as 25 or 29.97; the video's own where it is known", rate)
    .option('--media <file>', 'the video file on the disk of the editing program')
    .option('-o, --output <file>', "where to write it (default: the proposal's name with another ending)")
    .addHelpText(
      'after',
      `\nExample:\n  $ npx clipscribe reel export proposal.json --format edl --rate 29.97`,
    )
    .action(async (file: string, options: ExportOptions) => {
      const proposal = await readProposal(file);
      const output =
        options.output ?? `${file.slice(0, file.length - extname(file).length)}.${options.format}`;
      if (existsSync(output))
        throw new CliError(`The file ${output} exists.`, {
          exitCode: EXIT.usage,
          fix: 'Name another one with --output, or remove it.',
        });
      await writeFile(output, render(proposal, options), { flag: 'wx' });
      context.terminal.stdout.write(`${output}\n`);
    });
}

function render(proposal: Proposal, options: ExportOptions): string {
  switch (options.format) {
    case 'csv':
      return proposalCsv(proposal);
    case 'edl':
      return toEdl(cutList(proposal, options));
    case 'otio':
      return toOtio(cutList(proposal, options));
  }
}

function cutList(proposal: Proposal, { rate: given, media }: ExportOptions): CutList {
  const known = given ?? standardRate(proposal.video.frameRate ?? 0);
  if (known === undefined)
    throw new CliError('The frame rate of this video is not known, or is none that editing programs have.', {
      exitCode: EXIT.usage,
      fix: 'Give it with --rate, such as --rate 25.',
    });
  const mediaUrl = media === undefined ? undefined : pathToFileURL(resolve(media)).href;
  return cutListOf(proposal, { rate: known, mediaUrl });
}

function rate(text: string): Rational {
  const found = standardRate(Number(text));
  if (found === undefined)
    throw new InvalidArgumentError('It is one of 23.976, 24, 25, 29.97, 30, 48, 50, 59.94 and 60.');
  return found;
}
