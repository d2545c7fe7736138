import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** Longer than any command of a benchmark takes, so a command that hangs fails. */
const DEADLINE_MS = 180_000;

export interface CommandResult {
  output: string;
  seconds: number;
}

/** Runs a program. @throws {Error} with its output if the exit code is not 0 */
export async function runTimed(
  command: readonly [string, ...string[]],
  deadlineMs = DEADLINE_MS,
): Promise<CommandResult> {
  const [program, ...args] = command;
  const startedAt = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], timeout: deadlineMs });
  const ended = once(child, "close") as Promise<[number | null, string | null]>;
  const [output, complaint, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`${program} ended with ${code ?? signal}: ${complaint}${output}`);
  return { output, seconds };
}

/** The Whirlpool hash of a file. OpenSSL has it in its legacy provider. */
export async function opensslDigest(path: string): Promise<CommandResult> {
  return runTimed(["openssl", "dgst", "-whirlpool", "-provider", "legacy", "-provider", "default", path]);
}
