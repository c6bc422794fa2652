/**
 * What each shell loads. It asks `dogwatch complete -- WORD…`, with the words as they were typed:
 * nothing in them is evaluated. The answer has one `VALUE<tab>DESCRIPTION` per line, then a colon
 * and a number: with 0, files are completed as well, with 2 in it, no space follows the value.
 */
export const SCRIPTS = {
  bash: `# dogwatch: completion for bash
_dogwatch() {
  local line tab=$'\\t' files=4
  local -a values=() shown=()
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      files=\${line#:}
    else
      values+=("\${line%%"$tab"*}")
      line=\${line%"$tab"}
      [[ $line == *"$tab"* ]] && line="\${line/"$tab"/  (})"
      shown+=("$line")
    fi
  done < <(dogwatch complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # Descriptions are only shown, never inserted: of several values none is completed beyond its end.
  if ((\${#values[@]} > 1)); then COMPREPLY=("\${shown[@]}"); else COMPREPLY=("\${values[@]}"); fi
  if ((files == 0)); then compopt -o default 2>/dev/null; fi
  if ((files & 2)); then compopt -o nospace 2>/dev/null; fi
}
complete -F _dogwatch dogwatch
`,
  zsh: `#compdef dogwatch
# dogwatch: completion for zsh
_dogwatch() {
  local line tab=$'\\t' files=4
  local -a values
  while IFS= read -r line; do
    if [[ $line == :* ]]; then
      files=\${line#:}
    else
      values+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
    fi
  done < <(dogwatch complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  local -a how=(-V)
  (( files & 2 )) && how+=(-S '')
  (( $#values )) && _describe $how[1] dogwatch values "\${(@)how[2,-1]}"
  (( files == 0 )) && _files
  return 0
}
if [[ \${funcstack[1]} == _dogwatch ]]; then _dogwatch "$@"; else compdef _dogwatch dogwatch; fi
`,
  fish: `# dogwatch: completion for fish
function __dogwatch_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines (dogwatch complete -- $words "$current" 2>/dev/null)
    string match -v -r '^:' -- $lines
    if test "$lines[-1]" = ':0'
        __fish_complete_path "$current"
    end
end
complete -c dogwatch -f -k -a '(__dogwatch_complete)'
`,
} as const;
