import type { CompletedCommand, CompletedOption, Value } from './command-tree.ts';

/** The completion script for fish. */
export const fishScript = (commands: readonly CompletedCommand[]): string => `# clipscribe completion for fish
function __clipscribe_at
  set -l at
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$at $word")
    if contains -- "$next" ${commands
      .filter(({ path }) => path !== '')
      .map(({ path }) => quoted(path))
      .join(' ')}
      set at $next
    end
  end
  test "$at" = "$argv[1]"
end
complete -c clipscribe -f
${commands.flatMap(linesOf).join('\n')}
`;

function linesOf(command: CompletedCommand): string[] {
  const begin = `complete -c clipscribe -n ${quoted(`__clipscribe_at "${command.path}"`)}`;
  return [
    ...command.subcommands.map(
      ({ name, description }) => `${begin} -a ${quoted(name)} -d ${quoted(description)}`,
    ),
    ...(command.subcommands.length === 0 ? argumentLine(begin, command.argument) : []),
    ...command.options.map((option) => `${begin} ${optionWords(option)}`),
  ];
}

/** Files are off for the whole command, and on again where something of the disk is meant. */
function argumentLine(begin: string, argument: Value): string[] {
  switch (argument.kind) {
    case 'words':
      return [`${begin} -a ${quoted(argument.words.join(' '))}`];
    case 'files':
      return [`${begin} -F`];
    case 'folders':
      return [`${begin} -a '(__fish_complete_directories)'`];
    case 'free':
      return [];
  }
}

function optionWords({ names, description, value }: CompletedOption): string {
  const words = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return [...words, ...valueWords(value), `-d ${quoted(description)}`].join(' ');
}

function valueWords(value: Value | undefined): string[] {
  switch (value?.kind) {
    case undefined:
      return [];
    case 'words':
      return ['-x', `-a ${quoted(value.words.join(' '))}`];
    case 'files':
      return ['-r', '-F'];
    case 'folders':
      return ['-x', `-a '(__fish_complete_directories)'`];
    case 'free':
      return ['-x'];
  }
}

/** In fish, a backslash counts within single quotes, too. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
