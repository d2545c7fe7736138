import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { reasonOf } from "@consigne/contract/system-reasons";
import { clientVariables, type SettingName, settings } from "./settings.ts";
import { StartError } from "./start-error.ts";

export type Environment = Partial<Record<SettingName, string>>;

export interface ReadEnvironment {
  values: Environment;
  /** Unknown variables with our prefix: most likely a typo. */
  unknown: string[];
}

const known: ReadonlySet<string> = new Set(settings.map((setting) => setting.name));

/**
 * Reads `.env` in the working directory, if there is one; real variables win.
 * @returns the names of its variables
 * @throws {StartError}
 */
export function loadEnvironmentFile(): ReadonlySet<string> {
  const before = new Set(Object.keys(process.env));
  if (!existsSync(".env")) return new Set();
  try {
    process.loadEnvFile(".env");
    return new Set(Object.keys(process.env).filter((name) => !before.has(name)));
  } catch (error) {
    throw new StartError(`${resolve(".env")} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** What people type to call this program. npm and npx set `npm_command`; systemd and shells do not. */
export function programCall(source: NodeJS.ProcessEnv = process.env): string {
  return (source["npm_command"] ?? "") === "" ? "consigne-server" : "npx --no-install consigne-server";
}

/** Reads the settings of the environment. An empty value counts as missing. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): ReadEnvironment {
  const values: Environment = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(source)) {
    if (!name.startsWith("CONSIGNE_") || value === undefined) continue;
    if (isSettingName(name)) {
      if (value !== "") values[name] = value;
    } else if (!clientVariables.has(name)) unknown.push(name);
  }
  return { values, unknown };
}

function isSettingName(name: string): name is SettingName {
  return known.has(name);
}
