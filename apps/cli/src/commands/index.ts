import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { caCommands } from "./ca.ts";
import { checkCommand } from "./check.ts";
import { configCommands } from "./config.ts";
import { dedupeCommand } from "./dedupe.ts";
import { exitCodesCommand } from "./help-pages.ts";
import { loginCommand, logoutCommand } from "./login.ts";
import { lsCommand } from "./ls.ts";
import { mkdirCommand } from "./mkdir.ts";
import { proxyCommand } from "./proxy.ts";
import { rcloneConfigCommand } from "./rclone-config.ts";
import { runCommand } from "./run.ts";
import { syncCommand } from "./sync.ts";

/** Every command, in the order `--help` lists them. */
export const commands: readonly (CommandSpec | CommandGroupSpec)[] = [
  loginCommand,
  logoutCommand,
  configCommands,
  lsCommand,
  mkdirCommand,
  syncCommand,
  checkCommand,
  dedupeCommand,
  runCommand,
  proxyCommand,
  caCommands,
  rcloneConfigCommand,
  exitCodesCommand,
];
