#!/usr/bin/env node
import { InterruptedError } from "./command-line/runner.ts";
import { main } from "./main.ts";

/** Gives a command the chance to tidy up; asked a second time the system ends the process. */
function interruption(): AbortSignal {
  if (interrupted !== undefined) return interrupted.signal;
  const controller = new AbortController();
  interrupted = controller;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => controller.abort(new InterruptedError()));
  }
  return controller.signal;
}

let interrupted: AbortController | undefined;

// Whoever read the output has read enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2), {
  variables: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  interruption,
});
