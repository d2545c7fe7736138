import {
  defineCommand,
  jsonOption,
  type CommandCall,
  type CommandGroupSpec,
  type CommandSpec,
} from "../command-line/command.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { UsageError } from "../command-line/errors.ts";
import { completionScripts, isShell } from "../completion/scripts.ts";
import type { SplitLine } from "../completion/shell-words.ts";

export const completionCommand = defineCommand({
  name: "completion",
  description: "Print a shell script that completes commands, options and remote paths.",
  arguments: [{ label: "shell", description: "bash, zsh, fish or powershell" }],
  options: [jsonOption("shell", "script")],
  examples: [
    { line: 'eval "$(consigne completion bash)"', purpose: "bash: add this line to ~/.bashrc" },
    { line: 'eval "$(consigne completion zsh)"', purpose: "zsh: add this line to ~/.zshrc, after compinit" },
    { line: "consigne completion fish > ~/.config/fish/completions/consigne.fish", purpose: "fish: run this once" },
    {
      line: "consigne completion powershell | Out-String | Invoke-Expression",
      purpose: "PowerShell: add this line to your profile",
    },
  ],
  async handler({ arguments: [shell = ""], options, output }) {
    if (!isShell(shell)) throw new UsageError(`completion takes one of ${Object.keys(completionScripts).join(", ")}.`);
    const script = completionScripts[shell];
    output.print(options.json ? JSON.stringify({ shell, script }) : script.trimEnd());
  },
});

const lineOptions = [
  { flags: "--shell <name>", description: "which one asks" },
  { flags: "--line <text>", description: "instead of words: the line up to the cursor" },
  { flags: "--encoded-line <base64>", description: "the same in UTF-8 and Base64" },
  { flags: "--breaks <characters>", description: "behind which the shell begins a new piece to complete" },
] as const satisfies readonly OptionSpec[];

/**
 * Called by the shell scripts: prints the kind of the candidates on the first line, then the candidates. Never prints
 * an error: a message in the middle of a line being typed helps nobody.
 */
export function completeCommand(specs: () => Promise<readonly (CommandSpec | CommandGroupSpec)[]>): CommandSpec {
  return defineCommand({
    name: "__complete",
    description: "Candidates for the end of a command line.",
    isHidden: true,
    arguments: [
      { label: "word", description: "those behind `consigne`, up to the cursor", isOptional: true, isList: true },
    ],
    options: lineOptions,
    async handler(call) {
      const { findCandidates } = await import("../completion/candidates.ts");
      const { forBash } = await import("../completion/bash-words.ts");
      const line = await lineToComplete(call);
      const nothing = { kind: "words", words: [] } as const;
      const { kind, words: found } = await findCandidates(await specs(), call.environment, line.words).catch(
        () => nothing,
      );
      const isBash = call.options.shell === "bash";
      for (const each of [kind, ...(isBash ? forBash(found, line) : found)]) call.output.print(each);
    },
  });
}

async function lineToComplete({
  options,
  arguments: given,
}: CommandCall<ValuesOf<typeof lineOptions>>): Promise<SplitLine> {
  const { splitLine } = await import("../completion/shell-words.ts");
  const encoded = options.encodedLine;
  const line = encoded === undefined ? options.line : Buffer.from(encoded, "base64").toString("utf8");
  if (line === undefined) return { words: [...given], settled: 0, quote: undefined };
  const rules = options.shell === "powershell" ? "powershell" : "posix";
  const { words, ...last } = splitLine(line, { breaks: options.breaks ?? "", rules });
  return { words: words.slice(1), ...last };
}
