import { Argument, type Command } from 'commander';
import { DOWNLOAD_ROLE, WORKER_ROLES } from '../contracts/task-queues.ts';
import { bashScript } from './completion/bash.ts';
import { commandTree, type CompletedCommand, type CompletedOption } from './completion/command-tree.ts';
import { fishScript } from './completion/fish.ts';
import { zshScript } from './completion/zsh.ts';
import type { CommandContext } from './command-context.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<
  string,
  (commands: readonly CompletedCommand[]) => string
>;
type Shell = keyof typeof SCRIPTS;

const ROLE: CompletedOption = {
  names: ['--role'],
  description: 'which jobs it takes',
  value: { kind: 'words', words: [...Object.keys(WORKER_ROLES), DOWNLOAD_ROLE] },
};

/** What bin/clipscribe.mjs starts by itself. */
const PROCESSES = [
  { name: 'worker', description: 'take jobs from Temporal', options: [ROLE] },
  { name: 'api', description: 'answer REST requests', options: [] },
].map(({ name, description, options }) => ({
  name,
  description,
  node: { path: name, subcommands: [], options, argument: { kind: 'free' } } satisfies CompletedCommand,
}));

/** `clipscribe completion`: what lets a shell complete commands and options. */
export function registerCompletionCommand(program: Command, context: CommandContext): void {
  program
    .command('completion')
    .summary('print what lets your shell complete commands')
    .description('Prints a script that lets a shell complete commands, options and their values.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      `
In the file that your shell reads when it starts:
  bash  source <(clipscribe completion bash)
  zsh   source <(clipscribe completion zsh)     after compinit
  fish  clipscribe completion fish | source

It completes the word clipscribe: alias clipscribe='npx clipscribe' makes it one.`,
    )
    .action((shell: Shell) => {
      const [root, ...commands] = commandTree(program);
      if (root === undefined) throw new Error('The program itself is missing.');
      const all = [{ ...root, subcommands: [...root.subcommands, ...PROCESSES] }, ...commands];
      context.terminal.stdout.write(SCRIPTS[shell]([...all, ...PROCESSES.map(({ node }) => node)]));
    });
}
