import type { CommandGroupSpec, CommandSpec } from "../command-line/command.ts";
import { caCommands } from "./ca.ts";
import { checkCommand } from "./check.ts";
import { completeCommand, completionCommand } from "./completion.ts";
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

import { accountCommands } from "./account.ts";
import { attrCommand } from "./attr.ts";
import { catCommand } from "./cat.ts";
import { cpCommand } from "./cp.ts";
import { doctorCommand } from "./doctor.ts";
import { duCommand } from "./du.ts";
import { findCommand } from "./find.ts";
import { ftpCommands } from "./ftp.ts";
import { getCommand } from "./get.ts";
import { keysCommands } from "./keys.ts";
import { linkCommand } from "./link.ts";
import { linksCommands } from "./links.ts";
import { mvCommand } from "./mv.ts";
import { putCommand } from "./put.ts";
import { remoteCommands } from "./remote.ts";
import { rmCommand } from "./rm.ts";
import { scanCommand } from "./scan.ts";
import { shareCommand } from "./share.ts";
import { sharedCommand } from "./shared.ts";
import { statCommand } from "./stat.ts";
import { trashCommands } from "./trash.ts";
import { versionsCommands } from "./versions.ts";
import { treeCommand } from "./tree.ts";
import { voucherCommands } from "./voucher.ts";
import { whoamiCommand } from "./whoami.ts";
/** Every command, in the order `--help` lists them. */
export const commands: readonly (CommandSpec | CommandGroupSpec)[] = [
  loginCommand,
  logoutCommand,
  whoamiCommand,
  doctorCommand,
  configCommands,
  lsCommand,
  treeCommand,
  statCommand,
  duCommand,
  findCommand,
  putCommand,
  getCommand,
  catCommand,
  mkdirCommand,
  mvCommand,
  cpCommand,
  rmCommand,
  trashCommands,
  versionsCommands,
  linkCommand,
  linksCommands,
  attrCommand,
  shareCommand,
  sharedCommand,
  scanCommand,
  syncCommand,
  checkCommand,
  dedupeCommand,
  remoteCommands,
  ftpCommands,
  voucherCommands,
  keysCommands,
  accountCommands,
  runCommand,
  proxyCommand,
  caCommands,
  rcloneConfigCommand,
  completionCommand,
  exitCodesCommand,
  completeCommand(() => commands),
];
