import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { caCommands } from "./ca.ts";
import { proxyCommand } from "./proxy.ts";
import { rcloneConfigCommand } from "./rclone-config.ts";
import { runCommand } from "./run.ts";

/** Every command, in the order `--help` lists them. */
export const commands: readonly (CommandSpec | CommandGroupSpec)[] = [
  runCommand,
  proxyCommand,
  caCommands,
  rcloneConfigCommand,
];
