/** The shells' side of completion: each asks `budgie __complete` and shows what it answers. */

/** Those that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

// readline breaks words at : and =, and looks only at what follows the last of them: so what no blank parts in the line
// is put together again, and what readline does not look at is cut off. Quotes are taken away, and nothing in them is
// evaluated.
const BASH = String.raw`# bash completion for budgie: source <(budgie completion bash)
_budgie() {
  local rest=${"$"}{COMP_LINE:0:COMP_POINT} part after current before word
  local -a words=()
  for part in "${"$"}{COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    after=${"$"}{rest#"${"$"}{rest%%[![:blank:]]*}"}
    part=${"$"}{after:0:${"$"}{#part}}
    if [[ $after != "$rest" || ${"$"}{#words[@]} == 0 ]]; then words+=("$part"); else words[-1]+=$part; fi
    rest=${"$"}{after:${"$"}{#part}}
  done
  words=("${"$"}{words[@]//[\'\"\\]/}")
  current=${"$"}{words[${"$"}{#words[@]}-1]}
  before=${"$"}{current%"${"$"}{current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    case $word in
      :files) compopt -o default ;;
      *[:=])
        compopt -o nospace
        COMPREPLY+=("${"$"}{word#"$before"}")
        ;;
      *) COMPREPLY+=("${"$"}{word#"$before"}") ;;
    esac
  done < <("${"$"}{words[0]}" __complete "${"$"}{words[@]:1}" 2>/dev/null)
}
complete -F _budgie budgie
`;

const ZSH = String.raw`#compdef budgie
# zsh completion for budgie: source <(budgie completion zsh), or as a file _budgie in a folder of $fpath
_budgie() {
  local line word files=0
  local -a typed names shown open openshown
  (( CURRENT > 2 )) && typed=("${"$"}{(@Q)words[2,CURRENT-1]}")
  for line in "${"$"}{(@f)$("${"$"}{(Q)words[1]}" __complete "${"$"}{typed[@]}" "$PREFIX" 2>/dev/null)}"; do
    word=${"$"}{line%%$'\t'*}
    case $word in
      '') ;;
      :files) files=1 ;;
      *[:=]) open+=("$word") openshown+=("${"$"}{line/$'\t'/  -- }") ;;
      *) names+=("$word") shown+=("${"$"}{line/$'\t'/  -- }") ;;
    esac
  done
  (( $#names )) && compadd -l -d shown -a names
  (( $#open )) && compadd -S '' -l -d openshown -a open
  if (( files )); then
    compset -P '--*='
    _files
  fi
}
if [[ $funcstack[1] == _budgie ]]; then _budgie "$@"; else compdef _budgie budgie; fi
`;

const FISH = String.raw`# fish completion for budgie: budgie completion fish | source
function __budgie_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    for line in ($typed[1] __complete $typed[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case '*'
                echo $line
        end
    end
end
complete -c budgie -f -a '(__budgie_complete)'
`;

/** The script of a shell, to be sourced. */
export const SCRIPTS: Record<typeof SHELLS[number], string> = { bash: BASH, zsh: ZSH, fish: FISH };
