#!/usr/bin/env node
import { runOperatorCommand } from "./operator-command.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of the output has read enough, as `head` does. The command itself continues.
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runOperatorCommand(process.argv.slice(2));
