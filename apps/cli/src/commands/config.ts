import {
  defineCommand,
  jsonOption,
  type CommandCall,
  type CommandGroupSpec,
  type JsonValues,
} from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import type { Environment } from "../environment.ts";
import { type Connection, connectionOptions, findConnection, type ServerValues } from "../profiles/connection.ts";
import { KeyStore } from "../profiles/key-store.ts";
import { requireServerAddress } from "../profiles/server-address.ts";
import { type ProfileFile, profilePath, readProfiles, writeProfiles } from "../profiles/profile-file.ts";

export const configCommands: CommandGroupSpec = {
  name: "config",
  description: "Show and change the stored profiles, and show which settings apply.",
  commands: [
    defineCommand({
      name: "list",
      description: "Show the settings that apply. The key is never shown.",
      options: [
        ...connectionOptions,
        { flags: "--show-origin", description: "show where each setting comes from" },
        jsonOption("name", "value", "origin"),
      ],
      async handler(call) {
        const { environment, options, output } = call;
        const rows = settingRows(await findConnection(call), environment);
        if (options.json) {
          for (const [name, value, origin] of rows) output.print(JSON.stringify({ name, value, origin }));
          return;
        }
        const origins = options.showOrigin;
        for (const [name, value, origin] of rows) {
          output.print(`${name.padEnd(14)}${value}${origins ? `  (${origin})` : ""}`);
        }
      },
    }),
    defineCommand({
      name: "get",
      description: "Show one setting that applies.",
      arguments: [{ label: "name", description: "name of the setting, as in `config list`" }],
      options: [...connectionOptions, jsonOption("name", "value", "origin")],
      async handler(call) {
        const { environment, options, output } = call;
        const [wanted = ""] = call.arguments;
        const rows = settingRows(await findConnection(call), environment);
        const row = rows.find(([name]) => name === wanted);
        if (row === undefined) throw new UsageError(`The settings are: ${rows.map(([name]) => name).join(", ")}.`);
        const [name, value, origin] = row;
        output.print(options.json ? JSON.stringify({ name, value, origin }) : value);
      },
    }),
    defineCommand({
      name: "set",
      description:
        "Change the server of a profile. Its key belongs to the old server, so run `login` again afterwards.",
      arguments: [
        { label: "name", description: "`url`, the only setting that can be changed" },
        { label: "value", description: "URL of the server" },
      ],
      options: [...connectionOptions, jsonOption("profile", "url")],
      examples: [
        {
          line: "consigne config set --profile home url https://files.example.org",
          purpose: "use the new URL of a server that has moved",
        },
      ],
      handler: set,
    }),
    defineCommand({
      name: "profiles",
      description: "List the stored profiles.",
      options: [jsonOption("name", "url", "keyIn", "isDefault")],
      async handler({ environment, options, output }) {
        const file = await readProfiles(environment.configFolder);
        for (const [name, { url, keyIn }] of Object.entries(file.profiles)) {
          const isDefault = file.default === name;
          if (options.json) output.print(JSON.stringify({ name, url, keyIn, isDefault }));
          else output.print(`${isDefault ? "*" : " "} ${name}  ${url}`);
        }
      },
    }),
    defineCommand({
      name: "default",
      description: "Choose the default profile.",
      arguments: [{ label: "name", description: "name of a profile, as in `config profiles`" }],
      options: [jsonOption("default")],
      async handler(call) {
        const file = await readProfiles(call.environment.configFolder);
        file.default = knownProfile(call, file);
        await writeProfiles(call.environment.configFolder, file);
        const { options, output } = call;
        output.print(options.json ? JSON.stringify({ default: file.default }) : `Default: ${file.default}`);
      },
    }),
    defineCommand({
      name: "redacted",
      description: "Show settings and profiles without keys, to share when you ask for help.",
      options: [...connectionOptions, jsonOption("node", "system", "settings", "profiles", "default")],
      async handler(call) {
        const { environment, output } = call;
        const rows = settingRows(await findConnection(call), environment);
        const settings = Object.fromEntries(rows.map(([name, value, origin]) => [name, { value, origin }]));
        const { profiles, default: usual } = await readProfiles(environment.configFolder);
        const report = { node: process.version, system: `${process.platform} ${process.arch}`, settings };
        output.print(JSON.stringify({ ...report, profiles, default: usual }, null, call.options.json ? 0 : 2));
      },
    }),
  ],
};

/** The key is not carried over to another server: a mistyped URL may be anybody's. */
async function set({
  arguments: given,
  options,
  environment,
  output,
}: CommandCall<JsonValues & ServerValues>): Promise<void> {
  const [setting = "", url = ""] = given;
  if (setting !== "url")
    throw new UsageError(
      "Only `url` can be set; use `login` to store a key, and `config default` to choose the default profile.",
    );
  requireServerAddress(url);
  const file = await readProfiles(environment.configFolder);
  const name = options.profile ?? environment.profile ?? file.default ?? "";
  const profile = file.profiles[name];
  if (profile === undefined) throw new UsageError("There is no such profile; `consigne login` creates one.");
  if (profile.url !== url) {
    await new KeyStore(environment.configFolder).forget(name);
    file.profiles[name] = { url };
    await writeProfiles(environment.configFolder, file);
  }
  output.print(options.json ? JSON.stringify({ profile: name, url }) : `${name}  ${url}`);
}

function settingRows(
  { url, apiKey, profile, profileOrigin }: Connection,
  { configFolder, cacheFolder, folderOrigins }: Environment,
): [name: string, value: string, origin: string][] {
  return [
    ["url", url.value, url.origin],
    ["api-key", apiKey === undefined ? "none" : "(set)", apiKey?.origin ?? "not set"],
    ["profile", profile ?? "none", profileOrigin],
    ["profiles-file", profilePath(configFolder), folderOrigins.config],
    ["cache-folder", cacheFolder, folderOrigins.cache],
  ];
}

function knownProfile({ arguments: [name = ""] }: CommandCall, file: ProfileFile): string {
  if (file.profiles[name] !== undefined) return name;
  const names = Object.keys(file.profiles).join(", ");
  throw new UsageError(`There is no such profile. ${names === "" ? "None is stored" : `Profiles: ${names}`}.`);
}
