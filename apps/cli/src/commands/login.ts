import { createClient, isConsigneError } from "@consigne/sdk";
import { visible } from "../command-line/visible-text.ts";
import { defineCommand, jsonOption, type CommandCall } from "../command-line/command.ts";
import { CliError, UsageError } from "../command-line/errors.ts";
import { asCliError } from "../command-line/sdk-failures.ts";
import { readSecret } from "../command-line/secret-input.ts";
import { ORIGINAL_URL } from "../profiles/connection.ts";
import { KeyStore } from "../profiles/key-store.ts";
import { isProfileName, readProfiles, writeProfiles } from "../profiles/profile-file.ts";
import { requireServerAddress } from "../profiles/server-address.ts";

/** JDownloader accepts no other form of key, so every server creates keys like this. */
const KEY_FORM = /^[A-Za-z0-9_=-]{32}$/;
const DEFAULT_PROFILE = "default";

export const loginCommand = defineCommand({
  name: "login",
  description: "Store a server and its API key as a profile. Asks for the key.",
  options: [
    { flags: "--url <url>", description: "server (default: CONSIGNE_URL, or 1fichier.com)" },
    {
      flags: "--profile <name>",
      description: `name to store it under (default: ${DEFAULT_PROFILE})`,
      completes: "profile",
    },
    { flags: "--key-stdin", description: "read the key from standard input" },
    { flags: "--key-file", description: "keep the key in a file only you can read, not in the system's keyring" },
    { flags: "--no-check", description: "do not check the key with the server" },
    jsonOption("profile", "url", "keyIn"),
  ],
  examples: [
    { line: "consigne login", purpose: "store a key for 1fichier.com as the profile `default`" },
    {
      line: "consigne login --profile home --url http://localhost:8080 --key-stdin < key.txt",
      purpose: "store a key for your own server as the profile `home`",
    },
  ],
  async handler(call) {
    const { options, environment, output } = call;
    const name = options.profile ?? environment.profile ?? DEFAULT_PROFILE;
    if (!isProfileName(name))
      throw new UsageError(
        `"${visible(name)}" cannot be the name of a profile; use letters, digits, ".", "_" and "-".`,
      );
    const url = options.url ?? environment.serverUrl ?? ORIGINAL_URL;
    requireServerAddress(url);
    const key = await askForKey(call);
    if (options.check) await checkKey(call, url, key);
    const store = new KeyStore(environment.configFolder);
    const keyIn = await store.keep(name, key, { inFile: options.keyFile });
    const file = await readProfiles(environment.configFolder);
    file.profiles[name] = { url, keyIn };
    file.default ??= name;
    await writeProfiles(environment.configFolder, file);
    if (options.json) return output.print(JSON.stringify({ profile: name, url, keyIn }));
    output.print(`Stored: profile "${name}", ${url}`);
    const place = keyIn === "keyring" ? "the system's keyring" : `${store.path}, which only you can read`;
    output.note(`The key is in ${place}.`);
  },
});

export const logoutCommand = defineCommand({
  name: "logout",
  description: "Remove a profile and its key from this machine. The key stays valid until it is revoked on the server.",
  options: [
    {
      flags: "--profile <name>",
      description: "profile to remove (default: the default profile)",
      completes: "profile",
    },
    jsonOption("profile", "removed"),
  ],
  async handler({ options, environment, output }) {
    const file = await readProfiles(environment.configFolder);
    const name = options.profile ?? environment.profile ?? file.default;
    if (name === undefined || file.profiles[name] === undefined) {
      throw new CliError(
        "config",
        name === undefined ? "there is no stored profile." : `there is no profile "${name}".`,
      );
    }
    await new KeyStore(environment.configFolder).forget(name);
    delete file.profiles[name];
    if (file.default === name) delete file.default;
    await writeProfiles(environment.configFolder, file);
    output.print(options.json ? JSON.stringify({ profile: name, removed: true }) : `Forgotten: "${name}"`);
  },
});

async function askForKey(call: CommandCall<{ readonly keyStdin: boolean }>): Promise<string> {
  const isPiped = call.options.keyStdin;
  if (!isPiped && call.input.isTTY !== true) {
    throw new UsageError("Not a terminal; pass the key on standard input with --key-stdin.");
  }
  const key = await readSecret(call, "API key (from the console's parameters page): ");
  if (KEY_FORM.test(key)) return key;
  throw new UsageError(
    key === "" ? "No key was given." : `This is not an API key; a key has 32 letters, digits, "-", "_" or "=".`,
  );
}

/** `user/info` would use up a limit of one call in five minutes; listing the root proves the same. */
async function checkKey({ environment }: Pick<CommandCall, "environment">, url: string, key: string): Promise<void> {
  const client = createClient({ url, apiKey: key, pacing: { stateFolder: environment.paceFolder } });
  try {
    await client.folders.get(0);
  } catch (error) {
    const known = asCliError(error);
    if (known === undefined || !isConsigneError(error)) throw error;
    throw new CliError("login", `${known.message} Nothing was stored.`, { cause: error, exitCode: known.exitCode });
  }
}
