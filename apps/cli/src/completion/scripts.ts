/** What a shell has to run once to complete command lines of `consigne`; each asks `consigne __complete`. */
export const completionScripts = {
  bash: `# consigne completion bash
_consigne() {
  local reply
  mapfile -t reply < <(consigne __complete --shell bash --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  COMPREPLY=("\${reply[@]}")
  if [ "\${#COMPREPLY[@]}" -eq 1 ]; then
    case "\${COMPREPLY[0]}" in
      */) compopt -o nospace ;;
    esac
  fi
}
complete -o default -F _consigne consigne
`,
  zsh: `#compdef consigne
_consigne() {
  local -a found
  found=("\${(@f)$(consigne __complete --line "\${BUFFER[1,CURSOR]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then
    compadd -S '' -- "\${(@)\${(@M)found:#*/}}"
    compadd -- "\${(@)\${(@)found:#*/}}"
  else
    _files
  fi
}
compdef _consigne consigne
`,
  fish: `# consigne completion fish
complete -c consigne -a '(consigne __complete --line (commandline -cp | string collect) 2>/dev/null)'
`,
  powershell: `# consigne completion powershell
Register-ArgumentCompleter -Native -CommandName consigne -ScriptBlock {
  param($word, $ast, $position)
  $line = $ast.ToString().PadRight($position).Substring(0, $position)
  consigne __complete --line $line 2>$null | ForEach-Object {
    $text = if ($_ -match '[^A-Za-z0-9_./:=@%+,-]') { "'" + ($_ -replace "'", "''") + "'" } else { $_ }
    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
  }
}
`,
} as const;

export type Shell = keyof typeof completionScripts;

export const isShell = (text: string): text is Shell => Object.hasOwn(completionScripts, text);
