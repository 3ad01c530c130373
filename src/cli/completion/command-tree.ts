import type { Argument, Command, Option } from 'commander';

/** What may stand in a place of a command line. */
export type Value = { kind: 'words'; words: readonly string[] } | { kind: 'files' | 'folders' | 'free' };

export interface CompletedOption {
  /** `--json`, and `-j` where there is one. */
  names: readonly string[];
  description: string;
  /** Undefined: it takes no value. */
  value: Value | undefined;
}

/** One command with what may follow it. */
export interface CompletedCommand {
  /** As it is typed behind `clipscribe`; the empty string is `clipscribe` itself. */
  path: string;
  subcommands: readonly { name: string; description: string }[];
  options: readonly CompletedOption[];
  /** What its arguments are. */
  argument: Value;
}

/** Placeholders that stand for something on the disk. */
const PLACEHOLDERS: Readonly<Record<string, 'files' | 'folders'>> = {
  input: 'files',
  file: 'files',
  clip: 'files',
  dir: 'folders',
};

/** All commands below a program, and itself, as commander knows them. */
export function commandTree(program: Command): CompletedCommand[] {
  const common = optionsOf(program);
  const walk = (command: Command, path: string): CompletedCommand[] => {
    const own = command === program ? [] : optionsOf(command);
    const names = new Set(own.flatMap((option) => option.names));
    const subcommands = command.createHelp().visibleCommands(command);
    return [
      {
        path,
        subcommands: subcommands.map((each) => ({
          name: each.name(),
          description: each.summary() || each.description(),
        })),
        options: [...own, ...common.filter((option) => !option.names.some((name) => names.has(name)))],
        argument: argumentOf(command),
      },
      ...subcommands.flatMap((each) => walk(each, `${path} ${each.name()}`.trimStart())),
    ];
  };
  return walk(program, '');
}

const optionsOf = (command: Command): CompletedOption[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
      description: option.description,
      value: option.required || option.optional ? valueOf(option, option.flags) : undefined,
    }));

function argumentOf(command: Command): Value {
  const [first] = command.registeredArguments;
  return first === undefined ? { kind: 'free' } : valueOf(first, `<${first.name()}>`);
}

function valueOf({ argChoices }: Pick<Argument | Option, 'argChoices'>, flags: string): Value {
  if (argChoices !== undefined) return { kind: 'words', words: argChoices };
  const placeholder = /[<[]([a-z-]+)/.exec(flags)?.[1] ?? '';
  return { kind: PLACEHOLDERS[placeholder] ?? 'free' };
}
