import type { CompletedCommand, CompletedOption, Value } from './command-tree.ts';
import { quoted, quotedAll } from './shell-text.ts';

/** The completion script for zsh, to be sourced, or kept as `_clipscribe` in a folder of `fpath`. */
export const zshScript = (commands: readonly CompletedCommand[]): string => `#compdef clipscribe
# clipscribe completion for zsh
_clipscribe() {
  local at='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      (${commands
        .filter(({ path }) => path !== '')
        .map(({ path }) => quoted(path))
        .join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at|\${words[CURRENT-1]}" in
${commands.flatMap(valueCases).join('\n')}
  esac
  case "$at" in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _clipscribe ]]; then _clipscribe "$@"; else compdef _clipscribe clipscribe; fi
`;

const valueCases = ({ path, options }: CompletedCommand): string[] =>
  options.flatMap(({ names, value }) =>
    value === undefined
      ? []
      : [`    (${names.map((name) => quoted(`${path}|${name}`)).join('|')}) ${completed(value)}; return ;;`],
  );

function commandCase({ path, subcommands, options, argument }: CompletedCommand): string {
  const other =
    subcommands.length === 0
      ? completed(argument)
      : `found=(${quotedAll(subcommands.map(({ name, description }) => described(name, description)))}); _describe command found`;
  return `    (${quoted(path)})
      if [[ "\${words[CURRENT]}" == -* ]]; then
        found=(${quotedAll(options.flatMap(optionWords))}); _describe -o option found
      else
        ${other}
      fi ;;`;
}

const optionWords = ({ names, description }: CompletedOption): string[] =>
  names.map((name) => described(name, description));

const described = (name: string, description: string): string =>
  `${name.replaceAll(':', '\\:')}:${description}`;

function completed(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `compadd -- ${quotedAll(value.words)}`;
    case 'files':
      return '_files';
    case 'folders':
      return '_files -/';
    case 'free':
      return ':';
  }
}
