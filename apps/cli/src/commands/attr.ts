import type { AccessRules, FileAttributes } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import type { CommandCall, CommandSpec, OptionValues } from "../command-line/command.ts";
import { dryRunOption, jsonOption } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFile, profileOf, readTarget } from "../remote/remote-files.ts";

export const attrCommand: CommandSpec = {
  name: "attr",
  description: "Change attributes of files: note, password, who may download. `stat` shows them.",
  arguments: [{ label: "path", description: "`:/photos/cat.jpg`", isList: true, completes: "remote" }],
  options: [
    { flags: "--description <text>", description: "a note only you can see; an empty one removes it" },
    { ...passwordOption, description: "protect downloads with a password, from standard input or a prompt" },
    { flags: "--no-password", description: "remove the password" },
    { flags: "--inline <yes|no>", description: "let browsers show it instead of saving it" },
    { flags: "--plain-http <yes|no>", description: "allow downloads without TLS" },
    { flags: "--cdn <yes|no>", description: "pay CDN credits for it" },
    { flags: "--allow-ip <block>", description: "only from these addresses", isRepeatable: true },
    { flags: "--allow-country <code>", description: "only from these countries, such as FR", isRepeatable: true },
    { flags: "--allow-email <mail>", description: "only these accounts", isRepeatable: true },
    { flags: "--customers-only", description: "only customers (Premium, Access)" },
    { flags: "--everybody", description: "anyone with the link; removes all restrictions" },
    dryRunOption,
    ...connectionOptions,
    jsonOption("path", "url", "changed"),
  ],
  examples: [
    { line: "consigne attr --allow-country FR --allow-country BE :/film.mkv", purpose: "who may fetch a file" },
  ],
  async handler(call) {
    const targets = call.arguments.map(readTarget);
    const changes = { ...readChanges(call.options), ...(await readPassword(call)) };
    if (Object.values(changes).every((value) => value === undefined)) {
      throw new UsageError("Nothing to change was given; see `consigne attr --help`.");
    }
    using open = await openClient(call, { profile: profileOf(targets) });
    const { client, signal } = open;
    const found = [];
    for (const target of targets) found.push(await findFile(open, target));
    const isDryRun = call.options.isSet("dryRun");
    if (!isDryRun)
      await client.files.setAttributes(
        found.map(({ file }) => file.url),
        changes,
        { signal },
      );
    for (const { text, file } of found) {
      if (call.options.isSet("json"))
        call.output.print(JSON.stringify({ path: text, url: file.url, changed: !isDryRun }));
      else if (isDryRun) call.output.print(`would change ${visible(text)}`);
    }
  },
};

async function readPassword(call: CommandCall): Promise<Pick<FileAttributes, "password">> {
  const password = await optionalSecret(call);
  const isRemoved = call.options.isUnset("password");
  if (isRemoved && password !== undefined)
    throw new UsageError("--password-stdin and --no-password cannot be combined.");
  return { password: isRemoved ? "" : password };
}

function readChanges(options: OptionValues): FileAttributes {
  return {
    description: options.text("description"),
    isInline: yesOrNo(options, "inline"),
    allowsPlainHttp: yesOrNo(options, "plainHttp"),
    usesCdn: yesOrNo(options, "cdn"),
    access: readAccess(options),
  };
}

function readAccess(options: OptionValues): AccessRules | null | undefined {
  const [addresses, countries, emails] = ["allowIp", "allowCountry", "allowEmail"].map((name) => options.list(name));
  const isCustomersOnly = options.isSet("customersOnly");
  const lists = {
    ...(addresses?.length ? { addresses } : {}),
    ...(countries?.length ? { countries } : {}),
    ...(emails?.length ? { emails } : {}),
    ...(isCustomersOnly ? { isCustomersOnly } : {}),
  };
  const isRestricted = Object.keys(lists).length > 0;
  if (!options.isSet("everybody")) return isRestricted ? lists : undefined;
  if (isRestricted) throw new UsageError("--everybody removes all restrictions and cannot be combined with others.");
  return null;
}

function yesOrNo(options: OptionValues, name: string): boolean | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  if (text !== "yes" && text !== "no")
    throw new UsageError(`--${name === "plainHttp" ? "plain-http" : name} takes yes or no.`);
  return text === "yes";
}
