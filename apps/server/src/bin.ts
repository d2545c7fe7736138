#!/usr/bin/env node
import { runOperatorCommand } from "./operator-command.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever read the output has read enough, as `head` does. What was begun is done all the same.
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await runOperatorCommand(process.argv.slice(2));
