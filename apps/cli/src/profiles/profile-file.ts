import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, systemCode } from "@consigne/contract/system-reasons";
import { CliError } from "../command-line/errors.ts";
import { makeLocalFolder } from "../command-line/local-folders.ts";

/** A server and where its key is stored. */
export interface Profile {
  url: string;
  /** Missing: the profile has no key, as for public links only. */
  keyIn?: "keyring" | "file";
}

export interface ProfileFile {
  /** The default profile. */
  default?: string;
  profiles: Record<string, Profile>;
}

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]+$/;

export const isProfileName = (text: string): boolean => NAME.test(text);

/** Path of the profile file. */
export function profilePath(configFolder: string): string {
  return join(configFolder, "profiles.json");
}

/** Empty if there is none yet. @throws {CliError} if it cannot be read or is damaged */
export async function readProfiles(configFolder: string): Promise<ProfileFile> {
  const stored = await readJson(profilePath(configFolder));
  if (stored === undefined) return { profiles: {} };
  if (!isProfileFile(stored)) {
    throw new CliError(
      "config",
      `${profilePath(configFolder)} is damaged; repair or remove it. Keys are stored elsewhere.`,
    );
  }
  return stored;
}

export async function writeProfiles(configFolder: string, file: ProfileFile): Promise<void> {
  await writePrivately(configFolder, profilePath(configFolder), file);
}

/** Undefined if there is no such file. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new CliError("config", `${path} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Written atomically, and readable only by its owner from the start. */
export async function writePrivately(folder: string, path: string, content: unknown): Promise<void> {
  makeLocalFolder(folder, 0o700);
  const temporary = `${path}.${process.pid}.new`;
  await writeFile(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "w" });
  await chmod(temporary, 0o600);
  await rename(temporary, path);
}

function isProfileFile(value: unknown): value is ProfileFile {
  if (typeof value !== "object" || value === null || !("profiles" in value)) return false;
  const { profiles } = value;
  if (typeof profiles !== "object" || profiles === null) return false;
  if ("default" in value && typeof value.default !== "string") return false;
  return Object.entries(profiles).every(
    ([name, profile]) => isProfileName(name) && typeof (profile as Partial<Profile> | null)?.url === "string",
  );
}
