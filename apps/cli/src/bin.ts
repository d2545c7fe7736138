#!/usr/bin/env node
import { reasonOf } from "@consigne/contract/system-reasons";
import { onStopSignal } from "@consigne/launcher/stop-signals";
import { bugText } from "./command-line/bug-text.ts";
import { exitCodes } from "./command-line/exit-codes.ts";
import { InterruptedError } from "./command-line/errors.ts";
import { lookAtStandardInput, StandardInput } from "./command-line/standard-input.ts";
import { exitCodeOfSystem } from "./command-line/system-failures.ts";
import { main } from "./main.ts";

/** Gives a command the chance to clean up. */
function interruption(): AbortSignal {
  if (interrupted !== undefined) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  onStopSignal(() => controller.abort(new InterruptedError()));
  return controller.signal;
}

let interrupted: AbortController | undefined;

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of the output has read enough, as `head` does.
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`consigne: Standard output cannot be written: ${reasonOf(error)}. The output is incomplete.\n`);
  process.exit(exitCodeOfSystem(error));
});

// A bug that no command handled. Nothing can be relied on after it.
process.on("uncaughtException", (error) => {
  process.stderr.write(`${bugText(error)}\n`);
  process.exit(exitCodes.failure);
});

process.exitCode = await main(process.argv.slice(2), {
  variables: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: new StandardInput(process.stdin, lookAtStandardInput),
  interruption,
});
