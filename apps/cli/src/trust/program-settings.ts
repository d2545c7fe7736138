import { readFile, mkdir, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import type { Variables } from "../environment.ts";
import { readCertificates } from "./trusted-certificates.ts";

/** The settings file that wget reads for its user: `WGETRC` replaces `~/.wgetrc`. */
function wgetSettingsPath(variables: Variables): string | undefined {
  return variables.WGETRC || (variables.HOME ? join(variables.HOME, ".wgetrc") : undefined);
}

async function wgetSettings(variables: Variables): Promise<string> {
  const path = wgetSettingsPath(variables);
  return path === undefined ? "" : await readFile(path, "latin1").catch(() => "");
}

/** Certificates that the user has configured for wget in a separate file, a setting that we are about to replace. */
export async function readWgetCertificates(variables: Variables): Promise<string[]> {
  const lines = (await wgetSettings(variables)).split("\n");
  const paths = lines.flatMap((line) => /^\s*ca[-_]?certificate\s*=\s*(.*?)\s*$/i.exec(line)?.[1] ?? []);
  return (await Promise.all(paths.map(readCertificates))).flat();
}

/**
 * Settings files for programs without a variable for a bundle, and the variables that name these files. wget and PHP
 * keep their other settings.
 */
export async function writeProgramSettings(
  folder: string,
  bundlePath: string,
  inherited: Variables,
): Promise<Record<string, string>> {
  const wgetrc = join(folder, "wgetrc");
  const php = join(folder, "php");
  await mkdir(php);
  await writeFile(join(php, "consigne.ini"), `curl.cainfo="${bundlePath}"\nopenssl.cafile="${bundlePath}"\n`);
  // May contain passwords of the user.
  const lines = `${await wgetSettings(inherited)}\nca_certificate = ${bundlePath}\n`;
  await writeFile(wgetrc, lines, { encoding: "latin1", mode: 0o600 });
  // An empty entry stands for PHP's compiled-in folder.
  return { WGETRC: wgetrc, PHP_INI_SCAN_DIR: `${inherited.PHP_INI_SCAN_DIR ?? ""}${delimiter}${php}` };
}

/** aria2 only takes a bundle as an option. The user's own option comes later and wins. */
export function argumentsWithTrust(command: string, args: readonly string[], bundlePath: string): readonly string[] {
  return /^aria2c(\.exe)?$/i.test(basename(command)) ? [`--ca-certificate=${bundlePath}`, ...args] : args;
}
