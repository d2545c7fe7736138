import { defineCommand, jsonOption } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { readSecret } from "../command-line/secret-input.ts";
import { findConnection, requireKey } from "../profiles/connection.ts";

/** What rclone accepts as the name of a remote, limited to characters that need no quoting anywhere. */
const remoteName = /^[A-Za-z0-9_][A-Za-z0-9_.+@ -]*$/;

export const rcloneConfigCommand = defineCommand({
  name: "rclone-config",
  description: "Print a remote for rclone's configuration file.",
  options: [
    { flags: "--name <name>", description: "name of the remote (default: my1fichier)" },
    {
      flags: "--profile <name>",
      description: "profile whose key to print (default: CONSIGNE_PROFILE, or the default profile)",
      completes: "profile",
    },
    { flags: "--key-stdin", description: "read the key from standard input" },
    jsonOption("name", "type", "api_key"),
  ],
  examples: [
    { line: "consigne rclone-config --profile home --name home", purpose: "print a remote with the key of a profile" },
  ],
  async handler(call) {
    const { options, output } = call;
    const name = options.name ?? "my1fichier";
    if (!remoteName.test(name) || name.endsWith(" "))
      throw new UsageError(`rclone does not accept this name for a remote.`);
    const key = options.keyStdin
      ? await readSecret(call, "API key: ")
      : requireKey(await findConnection({ ...call, options: { ...options, url: undefined } }));
    if (key === "") throw new UsageError("No key was given.");
    if (!/^[\x21-\x7e]+$/.test(key))
      throw new UsageError("This is not an API key: it contains characters that no key has.");
    if (options.json) {
      output.print(JSON.stringify({ name, type: "fichier", api_key: key }));
      return;
    }
    output.print(`[${name}]\ntype = fichier\napi_key = ${key}`);
    const quoted = (text: string) => (text.includes(" ") ? `"${text}"` : text);
    const given = [
      ...(options.name === undefined ? [] : ["--name", quoted(name)]),
      ...(options.profile === undefined ? [] : ["--profile", quoted(options.profile)]),
    ];
    output.note(`Append this to the file that \`rclone config file\` prints, for example:`);
    output.note(`  ${["consigne rclone-config", ...given].join(" ")} >> ~/.config/rclone/rclone.conf`);
    output.note(`Then: consigne run -- rclone ls ${quoted(`${name}:`)}`);
  },
});
