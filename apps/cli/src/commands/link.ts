import { isPlaceAddress } from "@consigne/sdk";
import { openClient } from "../client/open-client.ts";
import { defineCommand, jsonOption } from "../command-line/command.ts";
import { CliError } from "../command-line/errors.ts";
import { optionalSecret, passwordOption } from "../command-line/password-option.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findTarget, profileOf, readTarget } from "../remote/remote-files.ts";

export const linkCommand = defineCommand({
  name: "link",
  description: "Print the links of files, or the public pages of folders.",
  arguments: [
    { label: "path", description: "file or folder, such as `:/photos/cat.jpg`", isList: true, completes: "remote" },
  ],
  options: [
    { flags: "--direct", description: "print a direct download link for another program, to be used within 5 minutes" },
    { flags: "--inline", description: "let browsers show it instead of saving it" },
    passwordOption,
    ...connectionOptions,
    jsonOption("path", "url"),
  ],
  needs: { "--inline": ["--direct"] },
  examples: [
    { line: 'mpv "$(consigne link --direct --inline :/film.mkv)"', purpose: "play a film without downloading it" },
  ],
  async handler(call) {
    const targets = call.arguments.map(readTarget);
    const isDirect = call.options.direct;
    const password = await optionalSecret(call);
    using open = await openClient(call, { profile: profileOf(targets) });
    for (const target of targets) {
      const found = await findTarget(open, target, { password });
      const linkOptions = { inline: call.options.inline, password, signal: open.signal };
      let url = found.kind === "file" ? found.file.url : found.listing.publicUrl;
      if (isDirect && found.kind === "file") url = await open.client.downloads.link(found.file.url, linkOptions);
      if (url !== undefined && isPlaceAddress(url))
        throw new CliError(
          "no-link",
          `The links of ${visible(found.text)} are hidden by its owner; --direct prints a temporary one.`,
        );
      if (url === undefined || (isDirect && found.kind === "folder")) {
        const why = isDirect
          ? "only files have direct links"
          : "it has no public page; `consigne share --public` creates one";
        throw new CliError("no-link", `${visible(found.text)} is a folder: ${why}.`);
      }
      if (call.options.json) call.output.print(JSON.stringify({ path: found.text, url }));
      else call.output.print(visible(url));
    }
  },
});
