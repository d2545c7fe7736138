import { spellingsOf } from "@consigne/contract/remote-names";
import { createClient } from "@consigne/sdk";
import type { CommandCall } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import { findConnection, type ServerValues } from "../profiles/connection.ts";
import { readProfiles } from "../profiles/profile-file.ts";
import { KnownFolders } from "./known-folders.ts";

/**
 * Nobody waits longer than this for completion. A server on the other side of the world needs five round trips of a
 * quarter of a second before it answers, and each unknown parent folder costs one more, at the pace of 1fichier.com.
 */
const PATIENCE_MS = 4000;
const REMOTE = /^([A-Za-z0-9_][A-Za-z0-9_.-]+)?:(\/.*)?$/s;

/** Whether it can no longer be a local path. */
export const startsRemotePath = (word: string): boolean => REMOTE.test(word);

/** Remote paths that begin with the typed text; empty for local paths, and if the server cannot be asked in time. */
export async function remoteCandidates(
  call: Pick<CommandCall<ServerValues>, "options" | "environment">,
  word: string,
): Promise<string[]> {
  const written = REMOTE.exec(word);
  if (written === null) return startCandidates(call, word);
  const [, profile, path = "/"] = written;
  const segments = path.split("/").filter((segment) => segment !== "");
  const folder = path.endsWith("/") ? segments : segments.slice(0, -1);
  const { url, apiKey } = await findConnection(call, profile);
  if (apiKey === undefined) return [];
  const client = createClient({
    url: url.value,
    apiKey: apiKey.value,
    retries: 0,
    timeoutMs: PATIENCE_MS,
    pacing: { stateFolder: call.environment.paceFolder, maxWaitMs: 0 },
  });
  const folders = await KnownFolders.open(call.environment.cacheFolder, { url: url.value, apiKey: apiKey.value });
  const found = await folders.list(client, folder, AbortSignal.timeout(PATIENCE_MS));
  if (found === undefined) return [];
  const start = `${profile ?? ""}:/${folder.map((segment) => `${segment}/`).join("")}`;
  const begun = path.endsWith("/") ? "" : (segments.at(-1) ?? "");
  const names = [
    ...Object.keys(found.folders).flatMap((name) => spelledSo(name, begun).map((each) => `${each}/`)),
    ...found.files.flatMap((name) => spelledSo(name, begun)),
  ];
  // A name that cannot be shown cannot be chosen either, and must not reach a shell.
  return names.filter((name) => visible(name) === name).map((name) => start + name);
}

/** Spellings of the name that begin with the typed text; the server's own comes first. */
function spelledSo(stored: string, begun: string): string[] {
  return spellingsOf(stored)
    .filter((spelling) => spelling.startsWith(begun))
    .slice(0, 1);
}

async function startCandidates(
  { environment, options }: Pick<CommandCall<ServerValues>, "options" | "environment">,
  word: string,
) {
  if (word.includes("/") || word.startsWith("-")) return [];
  // A path may name a profile, but only the same one as the option.
  if (options.profile !== undefined) return [":/"];
  const { profiles } = await readProfiles(environment.configFolder);
  return [":/", ...Object.keys(profiles).map((name) => `${name}:/`)];
}
