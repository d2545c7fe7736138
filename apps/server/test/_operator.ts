import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ExitCode } from "../src/operator-output.ts";

export interface OrderedCommand {
  args: readonly string[];
  environment: NodeJS.ProcessEnv;
  folder: string;
}

export interface AnsweredCommand {
  code: ExitCode;
  stdout: string;
  stderr: string;
  /** What would have kept a separate process from ending. */
  leftOpen: string[];
}

const program = fileURLToPath(new URL("_operator-process.ts", import.meta.url));
/** After this long a server has certainly noticed changes by another process (`read-cache.ts` checks every 50 ms). */
const NOTICED_MS = 60;
const waiting: ((answer: AnsweredCommand) => void)[] = [];
let operator: ChildProcess | undefined;

/**
 * Runs an operator command to its end in another process than the server's and ours. All commands of a test file share
 * that process: loading the program takes ten times as long as most commands. Anything about the process itself, its
 * input, output and end, is tested with `runCommand`.
 */
export async function runOperator(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  folder = environment["CONSIGNE_DATA_DIR"] ?? "/",
): Promise<AnsweredCommand> {
  const { child, channel } = start();
  const answered = new Promise<AnsweredCommand>((resolve) => waiting.push(resolve));
  channel.ref();
  child.send({ args, environment, folder } satisfies OrderedCommand);
  const answer = await answered;
  if (waiting.length === 0) channel.unref();
  assert.deepEqual(answer.leftOpen, [], args.join(" "));
  await sleep(NOTICED_MS);
  return answer;
}

/** It ends with the test's process, whose end closes the channel. */
function start() {
  operator ??= fork(program, { execArgv: ["--no-warnings"], stdio: ["ignore", "inherit", "inherit", "ipc"] }).on(
    "message",
    (answer: AnsweredCommand) => waiting.shift()?.(answer),
  );
  const { channel } = operator;
  assert.ok(channel, "the operator's process has ended");
  operator.unref();
  return { child: operator, channel };
}
