/**
 * The script that each shell runs once to complete command lines of `consigne`. It calls `consigne __complete`, whose
 * first line gives the kind of the candidates that follow.
 */
export const completionScripts = {
  bash: `# consigne completion bash
_consigne() {
  local reply files
  mapfile -t reply < <(consigne __complete --shell bash --breaks "$COMP_WORDBREAKS" \\
    --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
  COMPREPLY=("\${reply[@]:1}")
  case "\${reply[0]}/\${#COMPREPLY[@]}" in
    local/0 | either/0) compopt -o default ;;
    either/*)
      mapfile -t files < <(compgen -f -- "$2")
      if [ "\${#files[@]}" -gt 0 ]; then
        COMPREPLY+=("\${files[@]}")
        compopt -o filenames
      fi ;;
  esac
  case "\${#COMPREPLY[@]}/\${COMPREPLY[0]}" in
    1/*/) compopt -o nospace ;;
  esac
}
complete -F _consigne consigne
`,
  zsh: `#compdef consigne
_consigne() {
  local kind quote=$compstate[quote]
  local -a found shown
  local word="\${(Q)\${:-$quote$PREFIX$quote}}"
  found=("\${(@f)$(consigne __complete --shell zsh -- "\${(@Q)words[2,CURRENT-1]}" "$word" 2>/dev/null </dev/null)}")
  kind=$found[1]
  shift found
  found=("\${(@)found:#}")
  local -a folders=("\${(@M)found:#*/}") others=("\${(@)found:#*/}")
  local start=
  [[ $word == */* ]] && start="\${word%/*}/"
  shown=("\${(@)folders#$start}")
  (( $#folders )) && compadd -S '' -d shown -a folders
  shown=("\${(@)others#$start}")
  (( $#others )) && compadd -d shown -a others
  [[ $kind == (local|either) ]] && _files
  return 0
}
compdef _consigne consigne
`,
  fish: `# consigne completion fish
function __consigne_complete
  set -l words (commandline -opc)
  set -l word (string unescape -- (commandline -ct))
  set -l found (consigne __complete --shell fish -- $words[2..] "$word" 2>/dev/null </dev/null)
  printf '%s\\n' $found[2..]
  if contains -- "$found[1]" local either
    __fish_complete_path "$word"
  end
end
complete -c consigne -f -a '(__consigne_complete)'
`,
  // Encoded, because some versions drop quotes, and others non-ASCII characters, from the arguments of programs.
  powershell: `# consigne completion powershell
Register-ArgumentCompleter -Native -CommandName consigne -ScriptBlock {
  param($word, $ast, $position)
  $length = $position - $ast.Extent.StartOffset
  $line = $ast.ToString().PadRight($length).Substring(0, $length)
  $encoded = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($line))
  consigne __complete --shell powershell --encoded-line $encoded 2>$null | Select-Object -Skip 1 | ForEach-Object {
    $text = if ($_ -match '[^A-Za-z0-9_./:=+-]') { "'" + ($_ -replace "'", "''") + "'" } else { $_ }
    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
  }
}
`,
} as const;

export type Shell = keyof typeof completionScripts;

export const isShell = (text: string): text is Shell => Object.hasOwn(completionScripts, text);
