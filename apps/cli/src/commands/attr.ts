import type { FileAttributes } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { noteUnknownCountries } from "../client/unknown-countries.ts";
import { accessOptions, everybodyExcludes, everybodyOption, readAccess } from "../command-line/access-options.ts";
import { defineCommand, dryRunOption, jsonOption, type CommandCall } from "../command-line/command.ts";
import { UsageError } from "../command-line/errors.ts";
import type { OptionSpec, ValuesOf } from "../command-line/option.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFile, profileOf, readTarget } from "../remote/remote-files.ts";
import { requireOwn } from "../remote/remote-path.ts";

const attributeOptions = [
  { flags: "--description <text>", description: "a note only you can see; an empty one removes it" },
  { ...passwordOption, description: "protect downloads with a password, from standard input or a prompt" },
  { flags: "--no-password", description: "remove the password" },
  { flags: "--inline <yes|no>", description: "let browsers show it instead of saving it" },
  { flags: "--plain-http <yes|no>", description: "allow downloads without TLS" },
  { flags: "--cdn <yes|no>", description: "use CDN credits for its downloads" },
  ...accessOptions,
  everybodyOption,
] as const satisfies readonly OptionSpec[];

type AttrValues = ValuesOf<typeof attributeOptions>;

export const attrCommand = defineCommand({
  name: "attr",
  description: "Change attributes of files, such as note, password and who may download. `stat` shows them.",
  arguments: [{ label: "path", description: "file, such as `:/photos/cat.jpg`", isList: true, completes: "remote" }],
  options: [...attributeOptions, dryRunOption, ...connectionOptions, jsonOption("path", "url", "changed")],
  excludes: {
    "--password-stdin": ["--no-password"],
    ...everybodyExcludes,
  },
  examples: [
    {
      line: "consigne attr --allow-country FR --allow-country BE :/film.mkv",
      purpose: "allow downloads from two countries only",
    },
  ],
  async handler(call) {
    const targets = call.arguments.map(readTarget);
    const changes = { ...readChanges(call.options), ...(await readPassword(call)) };
    if (Object.values(changes).every((value) => value === undefined)) {
      throw new UsageError("Nothing to change was given; see `consigne attr --help`.");
    }
    const { description: _note, ...ofLink } = changes;
    if (Object.values(ofLink).some((value) => value !== undefined))
      for (const { path } of targets) if (path !== undefined) requireOwn(path, "set who may download it");
    using open = await openClient(call, { profile: profileOf(targets) });
    const { client, signal } = open;
    const found = [];
    for (const target of targets) found.push(await findFile(open, target));
    const isDryRun = call.options.dryRun;
    if (!isDryRun) await noteUnknownCountries(open, call.output, changes.access);
    if (!isDryRun)
      await client.files.setAttributes(
        found.map(({ file }) => file.url),
        changes,
        { signal },
      );
    for (const { text, file } of found) {
      if (call.options.json) call.output.print(JSON.stringify({ path: text, url: file.url, changed: !isDryRun }));
      else if (isDryRun) call.output.print(`would change ${visible(text)}`);
    }
  },
});

async function readPassword(call: CommandCall<AttrValues>): Promise<Pick<FileAttributes, "password">> {
  const password = await optionalSecret(call);
  const isRemoved = !call.options.password;
  return { password: isRemoved ? "" : password };
}

function readChanges(options: AttrValues): FileAttributes {
  return {
    description: options.description,
    isInline: yesOrNo(options.inline),
    allowsPlainHttp: yesOrNo(options.plainHttp),
    usesCdn: yesOrNo(options.cdn),
    access: options.everybody ? null : readAccess(options),
  };
}

const yesOrNo = (word: "yes" | "no" | undefined): boolean | undefined =>
  word === undefined ? undefined : word === "yes";
