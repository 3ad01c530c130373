import type { CompletedCommand, Value } from './command-tree.ts';
import { quoted } from './shell-text.ts';

/** The completion script for bash, 3.2 (which macOS has) and later. */
export const bashScript = (commands: readonly CompletedCommand[]): string => `# clipscribe completion for bash
_clipscribe() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" at='' word index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index += 1)); do
    word="\${COMP_WORDS[index]}"
    case "\${at:+$at }$word" in
      ${commands
        .filter(({ path }) => path !== '')
        .map(({ path }) => quoted(path))
        .join(' | ')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at|$before" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${commands.map(commandCase).join('\n')}
  esac
}
_clipscribe_words() { COMPREPLY=($(compgen -W "$1" -- "$current")); }
_clipscribe_disk() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$current"))
}
complete -F _clipscribe clipscribe
`;

const valueCases = ({ path, options }: CompletedCommand): string[] =>
  options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [`    ${names.map((name) => quoted(`${path}|${name}`)).join(' | ')}) ${completed(value)}; return ;;`],
  );

function commandCase({ path, subcommands, options, argument }: CompletedCommand): string {
  const names = options.flatMap((option) => option.names).join(' ');
  const other =
    subcommands.length === 0
      ? completed(argument)
      : `_clipscribe_words ${quoted(subcommands.map(({ name }) => name).join(' '))}`;
  return `    ${quoted(path)})
      if [[ "$current" == -* ]]; then _clipscribe_words ${quoted(names)}; else ${other}; fi ;;`;
}

function completed(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `_clipscribe_words ${quoted(value.words.join(' '))}`;
    case 'files':
      return '_clipscribe_disk -f';
    case 'folders':
      return '_clipscribe_disk -d';
    case 'free':
      return ':';
  }
}
