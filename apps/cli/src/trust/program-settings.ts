import { readFile, mkdir, writeFile } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import type { Variables } from "../environment.ts";
import { readCertificates } from "./trusted-certificates.ts";

/** The settings file wget reads for its user: `WGETRC` takes the place of `~/.wgetrc`. */
function wgetSettingsPath(variables: Variables): string | undefined {
  return variables.WGETRC || (variables.HOME ? join(variables.HOME, ".wgetrc") : undefined);
}

async function wgetSettings(variables: Variables): Promise<string> {
  const path = wgetSettingsPath(variables);
  return path === undefined ? "" : await readFile(path, "latin1").catch(() => "");
}

/** Certificates the user has wget trust by a file of its own, which we are about to name anew. */
export async function readWgetCertificates(variables: Variables): Promise<string[]> {
  const lines = (await wgetSettings(variables)).split("\n");
  const paths = lines.flatMap((line) => /^\s*ca[-_]?certificate\s*=\s*(.*?)\s*$/i.exec(line)?.[1] ?? []);
  return (await Promise.all(paths.map(readCertificates))).flat();
}

/**
 * Settings files for programs that no variable tells of a bundle, and the variables that name these files. wget and PHP
 * keep the settings they would have had.
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
  // May hold passwords of the user.
  const lines = `${await wgetSettings(inherited)}\nca_certificate = ${bundlePath}\n`;
  await writeFile(wgetrc, lines, { encoding: "latin1", mode: 0o600 });
  // An empty entry stands for the folder PHP was built to read.
  return { WGETRC: wgetrc, PHP_INI_SCAN_DIR: `${inherited.PHP_INI_SCAN_DIR ?? ""}${delimiter}${php}` };
}

/** aria2 learns of a bundle by an option alone. An option of the user's own, which comes later, wins. */
export function argumentsWithTrust(command: string, args: readonly string[], bundlePath: string): readonly string[] {
  return /^aria2c(\.exe)?$/i.test(basename(command)) ? [`--ca-certificate=${bundlePath}`, ...args] : args;
}
