import { faceOfHost } from "@consigne/contract/links";
import type { ImportSource } from "@consigne/sdk";
import type { CommandCall } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { ORIGINAL_URL } from "./connection.ts";
import { KeyStore } from "./key-store.ts";
import { profilePath, readProfiles } from "./profile-file.ts";

/** The source of an import, as given on a command line. */
export interface NamedSource {
  source: ImportSource;
  /** Undefined: 1fichier.com, whatever profile is configured for it. */
  profile: string | undefined;
}

type SourceCall = Pick<CommandCall<{ readonly sourceKeyStdin: boolean }>, "options" | "environment">;

export interface FoundSource {
  url: string;
  /** Undefined: has to be asked for. */
  key: string | undefined;
}

/**
 * URL and key of a source: from standard input if requested, then CONSIGNE_SOURCE_KEY, then the profile's key.
 * @throws {UsageError} if the profile does not exist
 */
export async function findImportSource(call: SourceCall, { profile, source }: NamedSource): Promise<FoundSource> {
  return findSource(call, { profile, usual: "page" in source ? serverOfPage(source.page) : ORIGINAL_URL });
}

async function findSource(
  { options, environment }: SourceCall,
  { profile: named, usual }: { profile: string | undefined; usual: string },
): Promise<FoundSource> {
  const { configFolder, sourceKey } = environment;
  const { profiles } = await readProfiles(configFolder);
  const isUsual = (url: string | undefined) => url !== undefined && new URL(url).origin === new URL(usual).origin;
  const name = named ?? Object.keys(profiles).find((each) => isUsual(profiles[each]?.url));
  const profile = name === undefined ? undefined : profiles[name];
  if (named !== undefined && profile === undefined) {
    throw new UsageError(`There is no profile "${named}" in ${profilePath(configFolder)}.`);
  }
  const url = profile?.url ?? usual;
  if (options.sourceKeyStdin) return { url, key: undefined };
  if (sourceKey !== undefined) return { url, key: sourceKey };
  if (name === undefined || profile === undefined) return { url, key: undefined };
  return { url, key: await new KeyStore(configFolder).find(name, profile) };
}

/** The same for a source known only by its URL. */
export function findSourceKey(call: SourceCall, url: string, isPage: boolean): Promise<FoundSource> {
  return findSource(call, { profile: undefined, usual: isPage ? serverOfPage(url) : url });
}

/** The server whose key opens the files of a public page. */
function serverOfPage(page: string): string {
  const { host, origin } = new URL(page);
  return faceOfHost(host) === undefined ? origin : ORIGINAL_URL;
}
