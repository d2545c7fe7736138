import { existsSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type { Environment } from "../environment.ts";
import { inOrder } from "./argument-order.ts";
import type { CommandGroupSpec, CommandSpec, CommandSummary, Input } from "./command.ts";
import type { Catalog } from "./catalog.ts";
import { exitCodes, meaningOfExit, nameOfExit } from "./exit-codes.ts";
import { COMMON_OPTIONS, examplesText, helpLayout, helpWidth, wrapped } from "./help.ts";
import { type JsonRequest, PickedFields, readJsonRequest } from "./json-fields.ts";
import { readValues } from "./option.ts";
import { describeOption, requireRules } from "./option-rules.ts";
import { bugText } from "./bug-text.ts";
import type { Output } from "./output.ts";
import { programVersion } from "./version.ts";
import { InterruptedError } from "./errors.ts";
import { visible } from "./visible-text.ts";

export interface RunnerContext {
  environment: Environment;
  output: Output;
  input: Input;
  interruption(): AbortSignal;
}

type Spec = CommandSpec | CommandGroupSpec;

/** Runs one command line (without the program's own name) and resolves with its exit code. Never rejects. */
export async function runCommandLine(catalog: Catalog, argv: readonly string[], given: RunnerContext): Promise<number> {
  let request: JsonRequest;
  let spec: Spec | undefined;
  try {
    const ordered = inOrder(catalog, argv);
    spec = await catalog.load(ordered[0] ?? "");
    request = readJsonRequest(spec === undefined ? [] : [spec], ordered);
  } catch (error) {
    return await reportError(error, given, { argv, isJson: argv.some((word) => /^--json(=|$)/.test(word)) });
  }
  const output = request.fields === undefined ? given.output : new PickedFields(given.output, request.fields);
  let exitCode: number = exitCodes.ok;
  const program = programOf(catalog, spec, { ...given, output }, (code) => void (exitCode = code));
  try {
    await program.parseAsync([...request.argv], { from: "user" });
    if (exitCode !== exitCodes.ok && request.isJson) printError(given.output, exitCode);
    return exitCode;
  } catch (error) {
    return await reportError(error, given, request);
  }
}

/** All commands by name, and the requested one with all its options. */
function programOf(
  { sections }: Catalog,
  meant: Spec | undefined,
  context: RunnerContext,
  finish: (exitCode: number) => void,
): Command {
  const description =
    "Work with files on your own Consigne server, on 1fichier.com, or on any server that speaks its API.";
  const program = newCommand({ name: "consigne", description }, context);
  program.helpOption("-h, --help", "show this help");
  program.version(`consigne ${programVersion()}`, "-V, --version", "show the version");
  program.enablePositionalOptions();
  const more =
    "`consigne help COMMAND` shows the options of a command, with examples. `consigne help exit-codes` lists the exit codes.";
  program.addHelpText("after", () => `\n${wrapped(more, helpWidth(context.output.columns)).join("\n")}`);
  for (const { title, commands } of sections) {
    for (const summary of commands) {
      const command = summary.name === meant?.name ? commandOf(meant, context, finish) : newCommand(summary, context);
      // In the list of all commands, one sentence is enough.
      command.summary(summary.description).helpGroup(`${title}:`);
      program.addCommand(command, { hidden: summary.isHidden === true });
    }
  }
  return program;
}

function newCommand({ name, description }: CommandSummary, { output }: RunnerContext): Command {
  const width = () => helpWidth(output.columns);
  return new Command(name)
    .description(description)
    .helpCommand(false)
    .exitOverride()
    .configureHelp(helpLayout)
    .configureOutput({
      writeOut: (text) => output.print(text.trimEnd()),
      writeErr: (text) => output.note(text.trimEnd()),
      outputError: (text, write) => write(withoutOpposite(text)),
      getOutHelpWidth: width,
      getErrHelpWidth: width,
    });
}

function commandOf(spec: Spec, context: RunnerContext, finish: (exitCode: number) => void): Command {
  const command = newCommand(spec, context);
  if ("commands" in spec) {
    command.helpOption("-h, --help", "show this help");
    for (const child of spec.commands) {
      const isDefault = "handler" in child && child.isDefault === true;
      command.addCommand(commandOf(child, context, finish), { hidden: child.isHidden === true, isDefault });
    }
    return command;
  }
  const common = spec.options.filter(({ isCommon }) => isCommon === true);
  for (const each of [...spec.options.filter((option) => !common.includes(option)), ...common]) {
    const option = new Option(each.flags, describeOption(each, spec));
    if (each.isRepeatable) option.argParser<string[] | undefined>((text, before) => [...(before ?? []), text]);
    if (each.isCommon) option.helpGroup(COMMON_OPTIONS);
    command.addOption(option);
  }
  const help = new Option("-h, --help", "show this help");
  command.addHelpOption(common.length > 0 ? help.helpGroup(COMMON_OPTIONS) : help);
  for (const { label, description, isOptional, isList } of spec.arguments ?? []) {
    const name = isList ? `${label}...` : label;
    command.argument(isOptional ? `[${name}]` : `<${name}>`, description);
  }
  if (spec.passesThrough) command.passThroughOptions();
  const { examples } = spec;
  if (examples) command.addHelpText("after", () => examplesText(examples, helpWidth(context.output.columns)));
  return command.action(async () => {
    const given = command.opts<Record<string, unknown>>();
    try {
      requireRules(spec.options, spec, given);
      const call = { options: readValues(spec.options, given), arguments: command.args, ...context };
      finish((await spec.handler(call)) ?? exitCodes.ok);
    } catch (error) {
      throw (await import("./sdk-failures.ts")).asCliError(error, spec) ?? error;
    }
  });
}

/** A name such as `-cat.jpg`, for example from a pattern like `*`, is taken for an option. */
function noteDashes(argv: readonly string[], output: Output): void {
  const end = argv.indexOf("--");
  const name = argv
    .slice(0, end === -1 ? argv.length : end)
    .find((word) => word.length > 1 && word.startsWith("-") && (/^-[^-=][^=]*\./.test(word) || existsSync(word)));
  if (name === undefined) return;
  output.note(`consigne: if this is a file name, write ./${visible(name)} or put -- before it.`);
}

/** Among similar names, commander may suggest one that does the opposite. */
function withoutOpposite(complaint: string): string {
  const [, name] = /^error: unknown option '--([a-z-]+)/.exec(complaint) ?? [];
  return name === undefined ? complaint : complaint.replace(`\n(Did you mean --no-${name}?)`, "");
}

function noteSecret(complaint: string, output: Output): void {
  if (!complaint.startsWith("error: unknown option '--pass")) return;
  output.note(
    "consigne: other users could read a password on the command line. Commands that take one have --password-stdin, which reads it or asks.",
  );
}

/** The last line of a command that has already listed its failures and returned an exit code. */
function printError(output: Output, exitCode: number): void {
  const [code, message] = [nameOfExit(exitCode), meaningOfExit(exitCode)];
  output.print(JSON.stringify({ type: "error", code, message, exitCode }));
}

interface Failure {
  code: string;
  message: string;
  exitCode: number;
}

/** A line for people, and with `--json` one for programs. */
async function reportError(
  error: unknown,
  { output, interruption }: RunnerContext,
  { argv, isJson }: Pick<JsonRequest, "argv" | "isJson">,
): Promise<number> {
  const tell = (failure: Failure, facts: object = {}): number => {
    if (isJson) output.print(JSON.stringify({ type: "error", ...failure, ...facts }));
    return failure.exitCode;
  };
  if (error instanceof CommanderError) {
    // Commander has already printed help or its complaint; its own code is 0 for help and 1 for usage errors.
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code === "commander.unknownOption") {
      noteDashes(argv, output);
      noteSecret(error.message, output);
    }
    return tell({ code: "usage", message: withoutOpposite(error.message), exitCode: exitCodes.usage });
  }
  if (isInterruption(error, interruption)) {
    output.note(`consigne: ${error.message}`);
    return tell({ code: "interrupted", message: error.message, exitCode: exitCodes.interrupted });
  }
  // These load the client library, which most command lines that get here have loaded anyway.
  const { factsOf, knownFailure } = await import("./failures.ts");
  const known = knownFailure(error);
  if (known !== undefined) {
    output.note(`consigne: ${known.message}`);
    const { code, message, exitCode } = known;
    return tell({ code, message, exitCode }, factsOf(known));
  }
  output.note(bugText(error));
  return tell({ code: "internal", message: String(error), exitCode: exitCodes.failure });
}

function isInterruption(error: unknown, interruption: () => AbortSignal): error is Error {
  if (error instanceof InterruptedError) return true;
  // A library may throw its own error for an abort; what matters is who requested it.
  return error instanceof Error && error.name === "AbortError" && interruption().aborted;
}
