import { paceOptions } from "../client/pace-options.ts";
import type { CommandCall } from "../command-line/command.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { exitCodes } from "../command-line/exit-codes.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { KeyStore } from "./key-store.ts";
import { type Profile, profilePath, readProfiles } from "./profile-file.ts";

export const ORIGINAL_URL = "https://api.1fichier.com/v1";

/** Options of every command that talks to a server. */
export const connectionOptions = [
  {
    flags: "--url <url>",
    description: "server (default: CONSIGNE_URL, or that of the profile, or 1fichier.com)",
    isCommon: true,
  },
  {
    flags: "--profile <name>",
    description: "profile to use (default: CONSIGNE_PROFILE, or the default profile)",
    completes: "profile",
    isCommon: true,
  },
  ...paceOptions,
  { flags: "--quiet", description: "show no progress and no notes", isCommon: true },
  { flags: "--verbose", description: "log each call to standard error", isCommon: true },
  { flags: "--color", description: "use colours, even if NO_COLOR is set", isCommon: true },
  { flags: "--no-color", description: "use no colours (default if NO_COLOR is set)", isCommon: true },
] as const satisfies readonly OptionSpec[];
export type ConnectionValues = ValuesOf<typeof connectionOptions>;
/** The options that select the server. */
export type ServerValues = Pick<ConnectionValues, "url" | "profile">;

/** A value with its origin, for `config list --show-origin`. */
export interface Found<T> {
  value: T;
  origin: string;
}

export interface Connection {
  url: Found<string>;
  /** `keptIn`: where a stored key is. */
  apiKey: (Found<string> & { keyIn?: Profile["keyIn"] }) | undefined;
  profile: string | undefined;
  /** What selected the profile; `not set` if there is none. */
  profileOrigin: string;
}

/**
 * Server and key: option before variable before profile before default. A profile named in a path or by an option
 * overrides the variables for server and key, which belong to no profile.
 * @throws {UsageError} if the profile does not exist, or if `named` and --profile differ
 */
export async function findConnection(
  { options, environment }: Pick<CommandCall<ServerValues>, "options" | "environment">,
  named?: string,
): Promise<Connection> {
  const chosen = chooseProfile(options.profile, named);
  const file = await readProfiles(environment.configFolder);
  const name = chosen ?? environment.profile ?? file.default;
  const profile = name === undefined ? undefined : file.profiles[name];
  if (name !== undefined && profile === undefined) {
    throw new UsageError(`There is no profile "${name}" in ${profilePath(environment.configFolder)}.`);
  }
  const profileOrigin = originOfProfile(options.profile, named, environment.profile, name);
  const ofProfile = { origin: `profile ${name ?? ""}` };
  const fromVariables = chosen === undefined;
  const urls: (Found<string> | undefined)[] = [
    found(options.url, "--url"),
    fromVariables ? found(environment.serverUrl, "CONSIGNE_URL") : undefined,
    profile === undefined ? undefined : { value: profile.url, ...ofProfile },
    { value: ORIGINAL_URL, origin: "default" },
  ];
  const url = urls.find((each) => each !== undefined) ?? { value: ORIGINAL_URL, origin: "default" };
  if (fromVariables && environment.apiKey !== undefined) {
    return {
      url,
      apiKey: { value: environment.apiKey, origin: environment.apiKeyVariable },
      profile: name,
      profileOrigin,
    };
  }
  // A profile's key is only sent to the profile's server: another URL may be anybody's.
  const isProfilesServer = profile !== undefined && url.value === profile.url;
  const key =
    profile !== undefined && name !== undefined && isProfilesServer
      ? await new KeyStore(environment.configFolder).find(name, profile)
      : undefined;
  const storedIn = profile?.keyIn === undefined ? {} : { keyIn: profile.keyIn };
  return {
    url,
    apiKey: key === undefined ? undefined : { value: key, ...ofProfile, ...storedIn },
    profile: name,
    profileOrigin,
  };
}

/** @throws {CliError} with what to do if there is no key */
export function requireKey({ apiKey, url }: Connection): string {
  if (apiKey !== undefined) return apiKey.value;
  throw new CliError(
    "not-authenticated",
    `there is no API key for ${url.value}. Store one with \`consigne login\`, or set CONSIGNE_API_KEY.`,
    { exitCode: exitCodes.authentication },
  );
}

function chooseProfile(option: string | undefined, named: string | undefined): string | undefined {
  if (option !== undefined && named !== undefined && option !== named) {
    throw new UsageError(`The path names the profile "${named}", but --profile names "${option}".`);
  }
  return named ?? option;
}

function originOfProfile(
  option: string | undefined,
  named: string | undefined,
  variable: string | undefined,
  name: string | undefined,
): string {
  if (named !== undefined) return "path";
  if (option !== undefined) return "--profile";
  if (variable !== undefined) return "CONSIGNE_PROFILE";
  return name === undefined ? "not set" : "config default";
}

const found = (value: string | undefined, origin: string): Found<string> | undefined =>
  value === undefined ? undefined : { value, origin };
