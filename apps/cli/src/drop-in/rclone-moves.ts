import { execFile } from "node:child_process";
import { basename } from "node:path";
import type { Variables } from "../environment.ts";

/** The first release known to move files between folders; older ones only send an in-place rename for every move. */
const FIRST_THAT_MOVES = [1, 68] as const;
const PATIENCE_MS = 10_000;

/** Variables that make an old rclone really move files, and a note about it. */
export interface RcloneCare {
  variables: Record<string, string>;
  note: string;
}

/**
 * Debian 12's rclone reports a file as moved to another folder but leaves it where it was, on 1fichier.com as well.
 * With moves disabled, it copies on the server and removes the source. Undefined for every other program, and for an
 * rclone that needs no workaround or cannot be asked.
 */
export async function careForRclone(command: string, variables: Variables): Promise<RcloneCare | undefined> {
  if (!/^rclone(\.exe)?$/i.test(basename(command))) return undefined;
  const version = await versionOf(command, variables);
  if (version === undefined || isAtLeast(version, FIRST_THAT_MOVES)) return undefined;
  const disabled = variables.RCLONE_DISABLE;
  const features = disabled === undefined || disabled === "" ? "move" : `${disabled},move`;
  return {
    variables: { RCLONE_DISABLE: features },
    note:
      `rclone ${version.join(".")} cannot move files between folders of 1fichier; it copies on the server and removes ` +
      `the source instead, so links change. rclone ${FIRST_THAT_MOVES.join(".")} moves them.`,
  };
}

function isAtLeast(version: readonly [number, number], least: readonly [number, number]): boolean {
  return version[0] !== least[0] ? version[0] > least[0] : version[1] >= least[1];
}

function versionOf(command: string, variables: Variables): Promise<[number, number] | undefined> {
  return new Promise((resolve) => {
    execFile(command, ["version"], { env: variables, timeout: PATIENCE_MS }, (_error, stdout) => {
      const found = /^rclone v(\d+)\.(\d+)/m.exec(stdout);
      resolve(found === null ? undefined : [Number(found[1]), Number(found[2])]);
    });
  });
}
