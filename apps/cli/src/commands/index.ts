import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { caCommands } from "./ca.ts";
import { configCommands } from "./config.ts";
import { exitCodesCommand } from "./help-pages.ts";
import { loginCommand, logoutCommand } from "./login.ts";
import { lsCommand } from "./ls.ts";
import { mkdirCommand } from "./mkdir.ts";
import { proxyCommand } from "./proxy.ts";
import { rcloneConfigCommand } from "./rclone-config.ts";
import { runCommand } from "./run.ts";

/** Every command, in the order `--help` lists them. */
export const commands: readonly (CommandSpec | CommandGroupSpec)[] = [
  loginCommand,
  logoutCommand,
  configCommands,
  lsCommand,
  mkdirCommand,
  runCommand,
  proxyCommand,
  caCommands,
  rcloneConfigCommand,
  exitCodesCommand,
];
