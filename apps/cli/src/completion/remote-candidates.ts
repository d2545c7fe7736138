import { createClient } from "@consigne/sdk";
import { OptionValues } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import type { Environment } from "../environment.ts";
import { findConnection } from "../profiles/connection.ts";
import { readProfiles } from "../profiles/profile-file.ts";
import { KnownFolders } from "./known-folders.ts";

/** Longer than this nobody waits for a press of a key. */
const PATIENCE_MS = 1500;

/** Remote paths that begin with what was written; empty for local paths and when the server cannot be asked in time. */
export async function remoteCandidates(environment: Environment, word: string): Promise<string[]> {
  const written = /^([A-Za-z0-9_][A-Za-z0-9_.-]+)?:(\/.*)?$/s.exec(word);
  if (written === null) return startCandidates(environment, word);
  const [, profile, path = "/"] = written;
  const segments = path.split("/").filter((segment) => segment !== "");
  const folder = path.endsWith("/") ? segments : segments.slice(0, -1);
  const { url, apiKey } = await findConnection({ environment, options: new OptionValues({}) }, profile);
  if (apiKey === undefined) return [];
  const client = createClient({
    url: url.value,
    apiKey: apiKey.value,
    retries: 0,
    timeoutMs: PATIENCE_MS,
    pacing: { maxWaitMs: 0 },
  });
  const folders = await KnownFolders.open(environment.cacheFolder, { url: url.value, apiKey: apiKey.value });
  const found = await folders.list(client, folder, AbortSignal.timeout(PATIENCE_MS));
  if (found === undefined) return [];
  const start = `${profile ?? ""}:/${folder.map((segment) => `${segment}/`).join("")}`;
  const names = [...Object.keys(found.folders).map((name) => `${name}/`), ...found.files];
  // A name that cannot be shown cannot be chosen either, and must not reach a shell.
  return names.filter((name) => visible(name) === name).map((name) => start + name);
}

async function startCandidates(environment: Environment, word: string): Promise<string[]> {
  if (word.includes("/") || word.startsWith("-")) return [];
  const { profiles } = await readProfiles(environment.configFolder);
  return [":/", ...Object.keys(profiles).map((name) => `${name}:/`)];
}
