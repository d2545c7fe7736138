import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { CliError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";

const signalBase = 128;

/** Both reach the whole foreground process group when typed at a terminal. */
const terminalSignals = ["SIGINT", "SIGQUIT"] as const;
const otherSignals = ["SIGTERM", "SIGHUP"] as const;

export interface ProgramCall {
  command: string;
  arguments: readonly string[];
  variables: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a program with our own standard streams, and returns the exit code that a shell would: the program's own, or 128
 * plus the number of the signal that ended it. Signals meant for us go to the program; we end when it has ended.
 */
export async function runProgram({ command, arguments: args, variables }: ProgramCall): Promise<number> {
  let child: ChildProcess | undefined;
  const forward = (signal: NodeJS.Signals) => void child?.kill(signal);
  // At a terminal the program has already received Ctrl-C; a second one makes many programs give up half-way.
  const onTerminalSignal = hasTerminal() ? () => {} : forward;
  for (const signal of terminalSignals) process.on(signal, onTerminalSignal);
  for (const signal of otherSignals) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      // Not earlier: a very quick program might be told to end before we listen.
      child = spawn(command, args, { stdio: "inherit", env: { ...variables } });
      child.once("error", (error) => reject(startError({ command, path: variables["PATH"] }, error)));
      child.once("exit", (code, signal) => resolve(code ?? signalBase + constants.signals[signal ?? "SIGKILL"]));
    });
  } finally {
    for (const signal of terminalSignals) process.off(signal, onTerminalSignal);
    for (const signal of otherSignals) process.off(signal, forward);
  }
}

function hasTerminal(): boolean {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
}

function startError({ command, path }: { command: string; path: string | undefined }, cause: Error): CliError {
  const code = systemCode(cause);
  if (code === "ENOENT" || (code === "EACCES" && !isSomewhere(command, path ?? ""))) {
    return new CliError("command-not-found", `${command}: command not found.`, {
      cause,
      exitCode: exitCodes.commandNotFound,
    });
  }
  const message = `${command} cannot be executed: ${reasonOf(cause)}.`;
  return new CliError("command-not-executable", message, { cause, exitCode: exitCodes.notExecutable });
}

/** An inaccessible folder in the search path causes EACCES too, even if the program might be found in a later one. */
function isSomewhere(command: string, path: string): boolean {
  if (command.includes("/")) return true;
  return path.split(delimiter).some((folder) => {
    try {
      return statSync(join(folder, command)).isFile();
    } catch {
      return false;
    }
  });
}
