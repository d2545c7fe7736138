import { systemReason } from "@consigne/contract/system-reasons";
import { BlobStoreError, DatabaseError, DomainError } from "@consigne/core";
import { CommanderError } from "commander";
import { addAudit } from "./commands/audit.ts";
import { addBackup, addRestore } from "./commands/backup.ts";
import { addCollect } from "./commands/collect.ts";
import { addFiles } from "./commands/file.ts";
import { addFsck } from "./commands/fsck.ts";
import { addJobs } from "./commands/jobs.ts";
import { addKeys } from "./commands/key.ts";
import { addLocks } from "./commands/locks.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addStatus } from "./commands/status.ts";
import { type AnyCommand, Command } from "./commands/typed-commander.ts";
import { addUsers } from "./commands/user.ts";
import { ConfigError } from "./config.ts";
import type { CommandOutput, ExitCode } from "./operator-output.ts";
import { StartError } from "./start-error.ts";
import { terminalText } from "./terminal-text.ts";
import { programVersion } from "./version.ts";

const terminal: CommandOutput = {
  out: (text) => void process.stdout.write(`${text}\n`),
  part: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(`${text}\n`),
  isRead: () => isTaken(process.stdout),
};

/** Resolves once the stream accepts more: false if nobody reads it. */
async function isTaken(stream: NodeJS.WriteStream): Promise<boolean> {
  if (stream.writableNeedDrain && !stream.destroyed) {
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off("drain", done).off("close", done);
        resolve();
      };
      stream.once("drain", done).once("close", done);
    });
  }
  return !stream.destroyed;
}

/** Runs one command line of `consigne-server` and returns its exit code. */
export async function runOperatorCommand(args: readonly string[], output: CommandOutput = terminal): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const setExitCode = (code: ExitCode) => void (exitCode = code);
  const program = new Command("consigne-server")
    .description("Run and manage a Consigne file server. Settings come from environment variables or a .env file.")
    .version(`consigne-server ${programVersion()}`, "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .showHelpAfterError("(--help shows the usage)")
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.error(text.trimEnd()),
    })
    .exitOverride();
  program
    .command("serve")
    .description("run the server in the foreground, until Ctrl-C or a signal stops it")
    .action(async () => {
      // The other commands need no HTTP server, and start twice as fast without it.
      const { serve } = await import("./commands/serve.ts");
      return serve();
    });
  addStatus(program, output, setExitCode);
  addMigrate(program, output);
  addUsers(program, output);
  addKeys(program, output);
  addFiles(program, output);
  addCollect(program, output, setExitCode);
  addFsck(program, output, setExitCode);
  addBackup(program, output, setExitCode);
  addRestore(program, output, setExitCode);
  addLocks(program, output);
  addJobs(program, output);
  addAudit(program, output);
  try {
    requireKnownCommand(program, args);
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    return explain(error, output);
  }
}

/**
 * Rejects an unknown subcommand, which the group's default command would report as a surplus argument.
 * @throws {CommanderError}
 */
function requireKnownCommand(program: AnyCommand, args: readonly string[]): void {
  let group = program;
  for (const word of args) {
    if (group.commands.length === 0 || word.startsWith("-") || word === "help") return;
    const found = group.commands.find((each) => each.name() === word);
    if (found === undefined) {
      const known = group.commands.map((each) => each.name()).join(", ");
      return group.error(`error: unknown command '${terminalText(word)}'; available: ${known}`);
    }
    group = found;
  }
}

/** Failures whose message says what to do; a stack trace would not help. */
const knownFailures = [StartError, DomainError, DatabaseError, BlobStoreError] as const;

function explain(error: unknown, output: CommandOutput): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError) {
    output.error(error.message);
    return 2;
  }
  if (error instanceof Error && knownFailures.some((kind) => error instanceof kind)) {
    output.error(`consigne-server: ${terminalText(error.message)}`);
    return 1;
  }
  const reason = systemReason(error);
  const path: unknown = error instanceof Error ? Reflect.get(error, "path") : undefined;
  if (reason !== undefined && typeof path === "string") {
    output.error(`consigne-server: ${terminalText(path)}: ${reason}.`);
    return 1;
  }
  output.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  output.error("This is a bug in consigne-server; please report it with the lines above.");
  return 1;
}
