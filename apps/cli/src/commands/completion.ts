import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { jsonOption } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { completionScripts, isShell } from "../completion/scripts.ts";

export const completionCommand: CommandSpec = {
  name: "completion",
  description: "Print what a shell has to run to complete commands, options and remote paths.",
  arguments: [{ label: "shell", description: "bash, zsh, fish or powershell" }],
  options: [jsonOption],
  examples: [
    { line: 'eval "$(consigne completion bash)"', purpose: "in ~/.bashrc" },
    { line: 'eval "$(consigne completion zsh)"', purpose: "in ~/.zshrc, after compinit" },
    { line: "consigne completion fish > ~/.config/fish/completions/consigne.fish", purpose: "for fish, once" },
    {
      line: "consigne completion powershell | Out-String | Invoke-Expression",
      purpose: "in the profile of PowerShell",
    },
  ],
  async handler({ arguments: [shell = ""], options, output }) {
    if (!isShell(shell))
      throw new UsageError(`There are completions for ${Object.keys(completionScripts).join(", ")}.`);
    const script = completionScripts[shell];
    output.print(options.isSet("json") ? JSON.stringify({ shell, script }) : script.trimEnd());
  },
};

/** What the scripts ask. It never fails aloud: a message in the middle of a line that is being written helps nobody. */
export function completeCommand(specs: () => readonly (CommandSpec | CommandGroupSpec)[]): CommandSpec {
  return {
    name: "__complete",
    description: "Candidates for the end of a command line.",
    isHidden: true,
    options: [
      { flags: "--line <text>", description: "up to the cursor" },
      { flags: "--shell <name>", description: "whose rules of quoting to use" },
    ],
    async handler({ options, environment, output }) {
      const { candidates } = await import("../completion/candidates.ts");
      const { forBash, splitLine } = await import("../completion/shell-words.ts");
      const words = splitLine(options.text("line") ?? "").slice(1);
      const found = await candidates(specs(), environment, words).catch(() => []);
      const isBash = options.text("shell") === "bash";
      for (const each of found) output.print(isBash ? forBash(each, words.at(-1) ?? "") : each);
    },
  };
}
