import type { ArgumentSpec, CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { exitCodeMeanings, type ExitCodeName, exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec } from "../command-line/option.ts";
import { describeOption, type OptionRules } from "../command-line/option-rules.ts";
import { loadCommands } from "../commands/index.ts";
import { connectionOptions } from "../profiles/connection.ts";

/** The page `docs/reference/cli.md`, generated from the commands. */
export async function buildCliReference(): Promise<string> {
  const shown = (await loadCommands()).filter(({ isHidden }) => isHidden !== true);
  return `${[
    "# Command line reference",
    "Generated from the commands by `npm run gen`; `consigne help COMMAND` shows the same. The guide is " +
      "[command-line.md](../command-line.md).",
    "## Options of every command that talks to a server",
    optionTable(connectionOptions, {}),
    "`--json` prints lines of JSON instead of text for people, `--help` shows options and examples.",
    ...shown.flatMap((spec) => sectionOf(spec, "consigne")),
    "## Exit codes",
    table(
      ["code", "meaning"],
      Object.entries(exitCodes).map(([name, code]) => [String(code), exitCodeMeanings[name as ExitCodeName]]),
    ),
  ].join("\n\n")}\n`;
}

function sectionOf(spec: CommandSpec | CommandGroupSpec, parent: string): string[] {
  const name = `${parent} ${spec.name}`;
  if ("commands" in spec) {
    return [`## ${name}`, escaped(spec.description), ...spec.commands.flatMap((child) => sectionOf(child, name))];
  }
  const given = spec.arguments ?? [];
  const own = spec.options.filter(({ flags, isCommon }) => isCommon !== true && flags !== "--json");
  const examples = spec.examples ?? [];
  return [
    `${parent === "consigne" ? "##" : "###"} ${name}`,
    escaped(spec.description),
    `    ${[name, ...given.map(argumentText)].join(" ")}`,
    ...(given.length === 0
      ? []
      : [given.map(({ label, description }) => `- \`${label}\`: ${escaped(description)}`).join("\n")]),
    ...(own.length === 0 ? [] : [optionTable(own, spec)]),
    ...(examples.length === 0 ? [] : [examples.map(({ line, purpose }) => `    # ${purpose}\n    ${line}`).join("\n")]),
  ];
}

function argumentText({ label, isOptional, isList }: ArgumentSpec): string {
  const name = `${label}${isList ? "..." : ""}`;
  return isOptional ? `[${name}]` : `<${name}>`;
}

function optionTable(options: readonly OptionSpec[], rules: OptionRules): string {
  const rows = options.map((option) => [
    `\`${option.flags.replaceAll("|", "\\|")}\``,
    escaped(describeOption(option, rules)),
  ]);
  return table(["option", "what it does"], rows);
}

function table(head: string[], rows: string[][]): string {
  const all = [head, head.map(() => ""), ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => [...(row[column] ?? "")].length)));
  const line = (row: string[], fill: string) =>
    `| ${row.map((cell, column) => cell + fill.repeat((widths[column] ?? 0) - [...cell].length)).join(" | ")} |`;
  return all.map((row, index) => line(row, index === 1 ? "-" : " ")).join("\n");
}

const escaped = (text: string): string => text.replaceAll(/[<>|*]/g, "\\$&");
