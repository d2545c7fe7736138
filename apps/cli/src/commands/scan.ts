import { openClient } from "../client/open-client.ts";
import { defineCommand, jsonOption } from "../command-line/command.ts";
import { visible } from "../command-line/visible-text.ts";
import { connectionOptions } from "../profiles/connection.ts";
import { findFile, profileOf, readTarget } from "../remote/remote-files.ts";

export const scanCommand = defineCommand({
  name: "scan",
  description: "Have the server scan files for viruses. It removes infected files.",
  arguments: [{ label: "path", description: "file, such as `:/setup.exe`", isList: true, completes: "remote" }],
  options: [...connectionOptions, jsonOption("path", "url", "scannedAt", "message")],
  async handler(call) {
    const targets = call.arguments.map(readTarget);
    using open = await openClient(call, { profile: profileOf(targets) });
    for (const target of targets) {
      const { file, text } = await findFile(open, target);
      open.progress.phase("scanning");
      const { scannedAt, message } = await open.client.files.scan(file.url, { signal: open.signal });
      open.progress.clear();
      if (call.options.json) call.output.print(JSON.stringify({ path: text, url: file.url, scannedAt, message }));
      else call.output.print(`${visible(text)}  ${visible(message ?? "nothing was found")}`);
    }
  },
});
